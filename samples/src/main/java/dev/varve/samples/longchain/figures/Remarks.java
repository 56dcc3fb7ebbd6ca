// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import dev.varve.samples.chain.ChainPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The figures in words. */
public final class Remarks {
    private static final double GREW = 1.1;

    private Remarks() {}

    /**
     * What was read.
     *
     * @param experiment the chains
     * @return one sentence
     */
    public static String subject(Experiment experiment) {
        ChainPlan plan = experiment.longest().plan();
        return "A disk of " + Quantity.bytes(plan.size()) + " in clusters of " + Quantity.bytes(ChainPlan.CLUSTER)
                + "; in the long chain the data lies " + plan.shape().words() + ". Requests of "
                + Quantity.bytes(experiment.requestBytes()) + ", one at a time, in order, the whole disk twice.";
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
     * A factor.
     *
     * @param factor how many times
     * @return with a sign of multiplication
     */
    public static String times(double factor) {
        return "x " + String.format(Locale.ROOT, factor < 10 ? "%.2f" : "%,.0f", factor);
    }

    /**
     * What the figures say, and what they do not say.
     *
     * @param experiment the chains
     * @return sentences, a paragraph each
     */
    public static List<String> about(Experiment experiment) {
        List<String> remarks = new ArrayList<>();
        OptionalDouble varve = Figure.READ.growth(experiment);
        String layers = layers(experiment.longest());
        if (varve.isPresent()) {
            double factor = varve.getAsDouble();
            remarks.add(factor < GREW ? "Varve reads the chain of " + layers + " as fast as the single layer ("
                    + times(factor) + ")." : "Varve takes " + times(factor) + " the time of one layer for " + layers
                    + ": the walk down the chain to the layer that holds the data grows with the depth.");
        }
        OptionalDouble qemu = Figure.QEMU_READ.growth(experiment);
        if (qemu.isPresent()) {
            remarks.add("QEMU takes " + times(qemu.getAsDouble()) + " the time of one layer for " + layers + ".");
        }
        for (ChainFigures chain : experiment.chains()) {
            if (chain.qemu().seconds().isPresent()) {
                remarks.add("Both passes over " + layers(chain) + ": Varve " + Figure.READ.text(chain) + ", of it "
                        + Figure.SECOND_PASS.text(chain) + " the second; QEMU " + Figure.QEMU_READ.text(chain) + ".");
            }
        }
        remarks.add("Not one bug: bdrv_is_inserted was more than half of QEMU's profile on long chains, but only a part"
                + " of its cost. With that function made free (a six-line change, built and measured once), QEMU 7.2"
                + " still needs for 1 / 100 / 300 / 1,000 layers 37 / 70 / 129 / 597 us a random 4 KiB read,"
                + " 0.18 / 1.25 / 4.0 / 16.4 s to convert, 0 / 0.6 / 2.2 / 9.2 s to map, and 21 / 52 / 144 / 467 MB"
                + " (2 GiB disk, measured elsewhere).");
        remarks.add("The files were just written, so all reads come from the page cache: the figures are the cost of"
                + " the block layers, not of a disk. Varve runs in a fresh Java process for each chain; its first"
                + " opening and its first pass include the loading and compiling of its classes, and its resident"
                + " memory includes that of Java. QEMU's seconds are those qemu-img bench counts (without the start of"
                + " the process), with its default asynchronous I/O. Each figure was taken once, on a machine that may"
                + " have been busy with other things.");
        return remarks;
    }
}
