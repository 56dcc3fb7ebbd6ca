// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.page;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.benchmarks.result.Program;
import dev.varve.benchmarks.result.Results;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.result.Workload;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportPageTest {
    private static Row row(int layers, Program program, double seconds) {
        return Row.of(Workload.RANDOM_4K, "scatter", layers, program, 1, List.of(seconds));
    }

    private static String page(Row... rows) throws IOException {
        return ReportPage.of(new Results(List.of("a <machine>"), List.of(rows), List.of()));
    }

    @Test
    void of_curve_goesThroughItsPointsInOrder() throws IOException {
        String html = page(row(100, Program.QEMU, 1e-3), row(1, Program.QEMU, 1e-5), row(10, Program.QEMU, 1e-4));
        // Three even steps on both logarithmic axes.
        assertTrue(html.contains("<polyline points=\"62,222 233,116 404,10 \"/>"), html);
    }

    @Test
    void of_stoppedRow_isToldAsALowerBound() throws IOException {
        String html = page(row(1, Program.QEMU, 20).asStopped());
        assertTrue(html.contains("<title>QEMU, 1 layer: more than 20 s</title>"), html);
    }

    @Test
    void of_slowerThanQemu_isAmongTheLosingRows() throws IOException {
        String losing = losing(page(row(1, Program.VARVE, 2e-3), row(1, Program.QEMU, 1e-3)));
        assertTrue(losing.contains("Varve 2 ms, QEMU 1 ms (x 2.00)"), losing);
    }

    @Test
    void of_fasterThanQemu_isNoLosingRow() throws IOException {
        assertFalse(losing(page(row(1, Program.VARVE, 1e-3), row(1, Program.QEMU, 2e-3))).contains("<li>"));
    }

    private static String losing(String html) {
        String rest = html.substring(html.indexOf("<h2>Where Varve is slower</h2>"));
        return rest.substring(0, rest.indexOf("</section>"));
    }

    @Test
    void of_settingWithMarkup_isEscaped() throws IOException {
        assertTrue(page(row(1, Program.VARVE, 1)).contains("<li>a &lt;machine&gt;</li>"));
    }
}
