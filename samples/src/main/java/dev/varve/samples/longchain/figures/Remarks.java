// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.page.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The figures in words. */
public final class Remarks {
    private Remarks() {}

    /**
     * What was measured.
     *
     * @param experiment the chains
     * @return sentences
     */
    public static String subject(Experiment experiment) {
        ChainPlan plan = experiment.longest().plan();
        return "A disk of " + Quantity.BYTES.text((double) plan.size()) + " in clusters of "
                + Quantity.BYTES.text(ChainPlan.CLUSTER) + ", the same content in chains of one layer and of more; in a"
                + " chain the data lies " + plan.shape().words() + ". It is read in requests of "
                + Quantity.BYTES.text(experiment.requestBytes())
                + ", one at a time, in order, several times over, and streamed into an empty overlay.";
    }

    /**
     * The length of a chain.
     *
     * @param chain the chain
     * @return "1 layer" or "300 layers"
     */
    public static String layers(ChainFigures chain) {
        int layers = chain.plan().layers();
        return layers == 1 ? "1 layer" : String.format(Locale.ROOT, "%,d layers", layers);
    }

    /**
     * Why figures of QEMU are missing or are lower bounds.
     *
     * @param experiment the chains
     * @return a line for each chain that it is said of
     */
    public static List<String> missing(Experiment experiment) {
        return experiment.chains().stream().filter(chain -> !chain.qemu().remarks().isEmpty())
                .map(chain -> "QEMU, " + layers(chain) + ": " + String.join("; ", chain.qemu().remarks())).toList();
    }

    /**
     * What the figures say, and what they do not say.
     *
     * @param experiment the chains
     * @return sentences, a paragraph each
     */
    public static List<String> about(Experiment experiment) {
        List<String> remarks = new ArrayList<>();
        for (Comparison comparison : Comparison.values()) {
            growth(experiment, comparison).ifPresent(remarks::add);
        }
        if (experiment.measured(Figure.By.QEMU)) {
            remarks.add(wins(experiment));
        }
        remarks.add(counters(experiment));
        remarks.add("Not one bug: bdrv_is_inserted was more than half of QEMU's profile on long chains, but only a part"
                + " of its cost. With that function made free (a six-line change, built and measured once), QEMU 7.2"
                + " still needs for 1 / 100 / 300 / 1,000 layers 37 / 70 / 129 / 597 us a random 4 KiB read,"
                + " 0.18 / 1.25 / 4.0 / 16.4 s to convert, 0 / 0.6 / 2.2 / 9.2 s to map, and 21 / 52 / 144 / 467 MB"
                + " (2 GiB disk, measured elsewhere).");
        remarks.add("The files were just written, so all reads come from the page cache: the figures are the cost of"
                + " the block layers, not of a disk. Varve runs in fresh Java processes for each chain, one to read and"
                + " one to stream; the first opening, the first pass and the stream include the loading and compiling"
                + " of its classes, which hides a part of what a longer chain adds, and its resident memory includes"
                + " that of Java. Its later passes are the median of five. QEMU's seconds are those qemu-img bench"
                + " counts (without the start of the process), with its default asynchronous I/O, the fastest of three"
                + " runs of what takes less than a second; its second pass is what a run of two passes takes more than"
                + " a run of one. Openings are the fastest of three, of Varve of as"
                + " many as half a second allows; all else was taken once, on a machine that may have been busy"
                + " with other things.");
        return remarks;
    }

    private static Optional<String> growth(Experiment experiment, Comparison comparison) {
        List<String> parts = new ArrayList<>();
        for (Figure figure : comparison.figures()) {
            figure.growth(experiment).ifPresent(growth -> parts.add(String.format(Locale.ROOT,
                    "%s %s at %s, %s at %,d (%s)", figure.by().text(), figure.text(growth.shortest()),
                    layers(growth.shortest()), figure.text(growth.longest()), growth.longest().plan().layers(),
                    growth.text())));
        }
        List<ChainFigures> both = experiment.chains().stream()
                .filter(chain -> comparison.qemuByVarve(chain).isPresent()).toList();
        if (!both.isEmpty()) {
            Reading ratio = comparison.qemuByVarve(both.getLast()).orElseThrow();
            parts.add("at " + layers(both.getLast()) + " QEMU needs " + (ratio.atLeast() ? "more than " : "")
                    + digits(ratio.value()) + " times what Varve needs");
        }
        return parts.isEmpty() ? Optional.empty()
                : Optional.of(capital(comparison.words()) + ": " + String.join("; ", parts) + ".");
    }

    private static String wins(Experiment experiment) {
        List<String> wins = new ArrayList<>();
        for (Comparison comparison : Comparison.values()) {
            List<ChainFigures> won = experiment.chains().stream()
                    .filter(chain -> comparison.qemuByVarve(chain)
                            .filter(ratio -> ratio.value() < 1 && !ratio.atLeast()).isPresent()).toList();
            if (!won.isEmpty()) {
                wins.add(comparison.words() + " of " + won.stream()
                        .map(chain -> layers(chain) + " (" + comparison.qemu().text(chain) + " against "
                                + comparison.varve().text(chain) + ")")
                        .collect(Collectors.joining(", ")));
            }
        }
        return wins.isEmpty() ? "QEMU needs less than Varve nowhere in this run."
                : "Where QEMU needs less than Varve: " + String.join("; ", wins) + ".";
    }

    private static String counters(Experiment experiment) {
        ChainFigures longest = experiment.longest();
        return "While it read " + layers(longest) + ", Varve asked " + Figure.INSERTED_FIRST.text(longest)
                + " times in all whether a node has a medium in the first pass, " + Figure.INSERTED.text(longest)
                + " times in a later one. Its index had to find something out " + Figure.BUILDS_FIRST.text(longest)
                + " times in the first pass and " + Figure.BUILDS.text(longest) + " times in a later one, had "
                + Figure.HITS.text(longest) + " hits in that, and held " + Figure.INDEX_BYTES.text(longest)
                + "; a request of a later pass asked " + Figure.LAYERS.text(longest) + " layers beyond the first.";
    }

    private static String capital(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /**
     * A factor.
     *
     * @param factor how many times
     * @return with a sign of multiplication
     */
    static String times(double factor) {
        return "x " + digits(factor);
    }

    private static String digits(double factor) {
        return String.format(Locale.ROOT, factor < 10 ? "%.2f" : "%,.0f", factor);
    }
}
