// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CurveChartTest {
    private static final Curve.Key QEMU = new Curve.Key("QEMU", "qemu");

    private static String chart(Curve.Point... points) {
        Curve curve = new Curve(QEMU, List.of(points));
        return new CurveChart("Reading", "of <disks>", Quantity.TIME, List.of(curve)).markup();
    }

    @Test
    void markup_evenFactors_areEvenStepsOnBothAxes() {
        String html = chart(new Curve.Point(1, 1e-3, false), new Curve.Point(10, 1e-2, false),
                new Curve.Point(100, 1e-1, false));
        assertTrue(html.contains("<polyline points=\"62,222 233,116 404,10 \"/>"), html);
    }

    @Test
    void markup_lowerBound_isHollowAndSaysSo() {
        String html = chart(new Curve.Point(300, 20, true));
        assertTrue(html.contains("<circle class=\"stopped\""), html);
        assertTrue(html.contains("<title>QEMU, 300 layers: more than 20 s</title>"), html);
    }

    @Test
    void markup_note_isEscaped() {
        assertTrue(chart(new Curve.Point(1, 1, false)).contains("<span>of &lt;disks&gt;</span>"));
    }

    @Test
    void curves_withoutAPoint_areLeftOut() {
        CurveChart chart = new CurveChart("", "", Quantity.COUNT, List.of(new Curve(QEMU, List.of())));
        assertEquals(List.of(), chart.curves());
        assertTrue(chart.isEmpty());
    }
}
