// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.page;

import dev.varve.benchmarks.result.Program;
import dev.varve.benchmarks.result.Results;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.result.Workload;
import dev.varve.benchmarks.verdict.Verdict;
import dev.varve.benchmarks.verdict.Verdicts;
import dev.varve.samples.page.Curve;
import dev.varve.samples.page.CurveChart;
import dev.varve.samples.page.Markup;
import dev.varve.samples.page.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The page: what is claimed and whether it holds, curves of each workload on each shape, all figures. */
public final class ReportPage {
    private static final List<Program> PROGRAMS = List.of(Program.VARVE, Program.VARVE_WARM, Program.VARVE_COMMAND,
            Program.VARVE_WALK, Program.FLOOR, Program.QEMU);

    private final Results results;
    private final List<Verdict> verdicts;
    private final StringBuilder html = new StringBuilder();

    private ReportPage(Results results) {
        this.results = results;
        this.verdicts = Verdicts.of(results);
    }

    /**
     * Writes the page.
     *
     * @param results the figures
     * @return HTML
     * @throws IOException if the style sheet cannot be read
     */
    public static String of(Results results) throws IOException {
        String body = new ReportPage(results).body();
        return new Page("Varve: benchmarks", Page.resource(ReportPage.class, "report.css"), body, "").markup();
    }

    private String body() {
        html.append("<h1>Long chains, side by side</h1>\n<p class=\"subject\">The same files, the same machine, the"
                + " same run: what a disk costs when it consists of one, ten, or a thousand layers. Both axes of every"
                + " chart are logarithmic; a horizontal line is a cost that does not depend on the depth. One"
                + " layer is the"
                + " same data flattened into one image. Everything comes from the page cache.</p>\n");
        tiles();
        misses();
        legend();
        for (Workload workload : Workload.values()) {
            charts(workload.text(), workload, PROGRAMS, RowFigure.TIME);
            if (workload == Workload.FIRST_TOUCH) {
                charts("metadata read at first touch", workload, PROGRAMS, RowFigure.METADATA);
            } else if (workload == Workload.MEMORY) {
                memory();
            } else if (workload == Workload.STREAM) {
                charts("peak memory of streaming", workload, PROGRAMS, RowFigure.MEMORY);
            }
        }
        section("What is claimed", "<details><summary>" + verdicts.size() + " claims</summary>\n"
                + RowTable.verdicts(verdicts) + "</details>\n");
        section("Where Varve is slower", LosingRows.markup(results));
        if (!results.parts().isEmpty()) {
            section("Parts (JMH)", "<p>The chains' files are mapped into memory, so nothing is read from files: a read"
                    + " of a sector is the way through the block layer and a copy of 512 bytes.</p>\n"
                    + RowTable.parts(results.parts()));
        }
        section("All figures", "<details><summary>" + results.rows().size() + " rows; times are of one operation, of so"
                + " many in a run</summary>\n" + RowTable.rows(results) + "</details>\n");
        section("How it was measured", notes());
        return html.toString();
    }

    private void section(String title, String content) {
        html.append("<section>\n<h2>").append(Markup.escape(title)).append("</h2>\n").append(content)
                .append("</section>\n");
    }

    private void tiles() {
        html.append("<div class=\"tiles\">\n");
        for (Verdict.Outcome outcome : Verdict.Outcome.values()) {
            long count = verdicts.stream().filter(verdict -> verdict.outcome() == outcome).count();
            String words = switch (outcome) {
                case PASS -> "claims hold in this run";
                case MISS -> "claims do not hold";
                case OPEN -> "claims were not measured in this run, or stopped before they could be";
            };
            html.append("<div class=\"tile ").append(outcome.text()).append("\"><b>").append(count)
                    .append("</b><span>").append(words).append("</span></div>\n");
        }
        html.append("</div>\n");
    }

    private void misses() {
        List<Verdict> missed = verdicts.stream().filter(verdict -> verdict.outcome() == Verdict.Outcome.MISS).toList();
        if (!missed.isEmpty()) {
            html.append(RowTable.verdicts(missed));
        }
    }

    private void legend() {
        html.append("<div class=\"legend programs\">\n");
        PROGRAMS.forEach(program -> html.append(key(program).markup()));
        html.append(key(Program.QEMU).markupOfLowerBound()).append("</div>\n");
    }

    private static Curve.Key key(Program program) {
        return new Curve.Key(program.text(), program.key());
    }

    private void charts(String title, Workload workload, List<Program> programs, RowFigure figure) {
        StringBuilder charts = new StringBuilder();
        for (String shape : shapes()) {
            List<Curve> curves = new ArrayList<>();
            programs.forEach(program -> curves.add(curve(program, workload, shape, figure)));
            append(charts, shape, figure, curves);
        }
        shown(title, charts);
    }

    /** QEMU's memory is that of its reading of the whole disk. */
    private void memory() {
        StringBuilder charts = new StringBuilder();
        for (String shape : shapes()) {
            append(charts, shape, RowFigure.MEMORY, List.of(
                    curve(Program.VARVE, Workload.MEMORY, shape, RowFigure.MEMORY),
                    curve(Program.QEMU, Workload.FIRST_TOUCH, shape, RowFigure.MEMORY)));
        }
        shown("peak memory of opening and reading everything", charts);
    }

    private static void append(StringBuilder charts, String shape, RowFigure figure, List<Curve> curves) {
        CurveChart chart = new CurveChart(shape, "", figure.quantity(), curves);
        if (!chart.isEmpty()) {
            charts.append(chart.markup());
        }
    }

    private void shown(String title, StringBuilder charts) {
        if (!charts.isEmpty()) {
            section(Character.toUpperCase(title.charAt(0)) + title.substring(1),
                    "<div class=\"charts\">\n" + charts + "</div>\n");
        }
    }

    private List<String> shapes() {
        return results.rows().stream().map(Row::shape).distinct().toList();
    }

    private Curve curve(Program program, Workload workload, String shape, RowFigure figure) {
        List<Curve.Point> points = results.rows().stream()
                .filter(row -> row.program() == program && row.workload() == workload && row.shape().equals(shape)
                        && figure.of(row).orElse(0) > 0)
                .map(row -> new Curve.Point(row.layers(), figure.of(row).orElseThrow(),
                        row.stopped() && figure == RowFigure.TIME))
                .collect(Collectors.toMap(Curve.Point::layers, point -> point, (one, other) -> one))
                .values().stream().sorted(Comparator.comparingInt(Curve.Point::layers)).toList();
        return new Curve(key(program), points);
    }

    private String notes() {
        StringBuilder list = new StringBuilder("<ul class=\"setting\">\n");
        results.setting().forEach(line -> list.append("<li>").append(Markup.escape(line)).append("</li>\n"));
        return list + "</ul>\n<p>Varve is measured in one warm process for each chain, each workload in turn on the"
                + " chain and on the flattened image; ratios are medians of the pairs. QEMU's requests are those of"
                + " qemu-img bench in the seconds it counts itself. Its random requests, and Varve's beside"
                + " them, step by"
                + " 104,729 blocks of 4 KiB. Convert and map are whole commands: QEMU's processes, Varve's in a warm"
                + " process and as processes with the start of Java. The steady state of convert copies an open disk"
                + " without looking for zeroes. Metadata is what the system counts as read by the process, less the"
                + " content.</p>\n<p>Not one bug: with bdrv_is_inserted made free (a six-line change, built and"
                + " measured once), QEMU 7.2 still needs for 1 / 100 / 300 / 1,000 layers 37 / 70 / 129 / 597"
                + " &micro;s a"
                + " random 4 KiB read, 0.18 / 1.25 / 4.0 / 16.4 s to convert, 0 / 0.6 / 2.2 / 9.2 s to map, and"
                + " 21 / 52 / 144"
                + " / 467 MB (2 GiB disk, measured elsewhere).</p>\n";
    }
}
