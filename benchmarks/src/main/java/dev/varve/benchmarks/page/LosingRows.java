// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.page;

import dev.varve.benchmarks.result.Program;
import dev.varve.benchmarks.result.Results;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.result.Workload;
import dev.varve.samples.page.Markup;
import dev.varve.samples.page.Quantity;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where Varve is slower than QEMU: kept in sight. */
final class LosingRows {
    private LosingRows() {}

    static String markup(Results results) {
        StringBuilder html = new StringBuilder();
        for (Row row : results.rows()) {
            boolean ours = List.of(Program.VARVE, Program.VARVE_WARM, Program.VARVE_COMMAND).contains(row.program());
            if (ours && row.workload() != Workload.MEMORY) {
                lost(results, row).ifPresent(factor -> html.append("<li>")
                        .append(Markup.escape(words(row, factor)).replace(" us", " &micro;s")).append("</li>\n"));
            }
        }
        return html.isEmpty() ? "<p>None in this run.</p>\n" : "<ul class=\"losing\">\n" + html + "</ul>\n";
    }

    private static String words(Row row, double factor) {
        double seconds = row.perOperation().orElseThrow();
        return String.format(Locale.ROOT, "%s, %,d %s, %s: %s %s, QEMU %s (x %.2f)", row.shape(), row.layers(),
                row.layers() == 1 ? "layer" : "layers", row.workload().text(), row.program().text(),
                Quantity.TIME.text(seconds), Quantity.TIME.text(seconds / factor), factor);
    }

    private static Optional<Double> lost(Results results, Row row) {
        // A steady state is not compared with a command that opens the disk first.
        boolean whole = row.workload() == Workload.MAP || row.workload() == Workload.CONVERT
                || row.workload() == Workload.FIRST_TOUCH;
        if (row.seconds().isEmpty() || whole && row.program() == Program.VARVE) {
            return Optional.empty();
        }
        return results.row(row.workload(), row.shape(), row.layers(), Program.QEMU)
                .map(qemu -> row.perOperation().orElseThrow() / qemu.perOperation().orElseThrow())
                .filter(factor -> factor > 1);
    }
}
