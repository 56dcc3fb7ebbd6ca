// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.page;

import dev.varve.benchmarks.result.Measure;
import dev.varve.benchmarks.result.Part;
import dev.varve.benchmarks.result.Results;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.verdict.Verdict;
import dev.varve.samples.page.Markup;
import dev.varve.samples.page.Quantity;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The figures as HTML tables. */
final class RowTable {
    private static final String NONE = "-";

    private RowTable() {}

    static String verdicts(List<Verdict> verdicts) {
        StringBuilder html = head("", "", "claim", "figure", "bound");
        for (Verdict verdict : verdicts) {
            String outcome = verdict.outcome().text();
            html.append("<tr class=\"").append(outcome).append("\"><td class=\"outcome\">").append(outcome)
                    .append("</td>");
            cells(html, verdict.show(), verdict.claim(), verdict.figure(), verdict.bound());
        }
        return end(html);
    }

    static String parts(List<Part> parts) {
        StringBuilder html = head("benchmark", "parameters", "time", "+-", "allocated");
        for (Part part : parts) {
            html.append("<tr>");
            cells(html, part.benchmark(), part.parameters(), Quantity.TIME.text(part.nanos() * 1e-9),
                    Double.isNaN(part.error()) ? NONE : Quantity.TIME.text(part.error() * 1e-9),
                    Double.isNaN(part.allocatedBytes()) ? NONE
                            : String.format(Locale.ROOT, "%.1f B", part.allocatedBytes()));
        }
        return end(html);
    }

    static String rows(Results results) {
        StringBuilder html = head("workload", "shape", "layers", "program", "one of", "median", "fastest", "rounds",
                "CPU", "peak RSS", "metadata", "T(N)/T(1)", "of floor", "index", "layer visits", "note");
        for (Row row : results.rows()) {
            html.append("<tr>");
            cells(html, row.workload().text(), row.shape(), String.format(Locale.ROOT, "%,d", row.layers()),
                    row.program().text(), String.format(Locale.ROOT, "%,d", row.operations()),
                    (row.stopped() ? "> " : "") + time(row.median(), row.operations()),
                    time(row.fastest(), row.operations()), Integer.toString(row.seconds().size()),
                    time(row.measure(Measure.CPU_SECONDS), row.operations()), bytes(row, Measure.PEAK_RSS),
                    bytes(row, Measure.METADATA_BYTES), ratio(row.measure(Measure.RATIO_TO_ONE)),
                    ratio(row.measure(Measure.RATIO_TO_FLOOR)), bytes(row, Measure.INDEX_BYTES),
                    ratio(row.measure(Measure.LAYER_VISITS)), row.note());
        }
        return end(html);
    }

    private static String time(OptionalDouble seconds, long operations) {
        return seconds.isPresent() ? Quantity.TIME.text(seconds.getAsDouble() / operations) : NONE;
    }

    private static String bytes(Row row, Measure measure) {
        OptionalDouble value = row.measure(measure);
        return value.isPresent() ? Quantity.BYTES.text(value.getAsDouble()) : NONE;
    }

    private static String ratio(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.2f", value.getAsDouble()) : NONE;
    }

    private static StringBuilder head(String... names) {
        StringBuilder html = new StringBuilder("<div class=\"scroll\"><table class=\"rows\">\n<thead><tr>");
        for (String name : names) {
            html.append("<th>").append(Markup.escape(name)).append("</th>");
        }
        return html.append("</tr></thead>\n<tbody>\n");
    }

    private static void cells(StringBuilder html, String... cells) {
        for (String cell : cells) {
            html.append("<td>").append(Markup.escape(cell).replace(" us", " &micro;s")).append("</td>");
        }
        html.append("</tr>\n");
    }

    private static String end(StringBuilder html) {
        return html.append("</tbody></table></div>\n").toString();
    }
}
