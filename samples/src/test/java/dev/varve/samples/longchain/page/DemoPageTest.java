// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.samples.longchain.figures.Experiment;
import dev.varve.samples.longchain.figures.Figure;
import dev.varve.samples.longchain.figures.SomeFigures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DemoPageTest {
    private final Experiment experiment = SomeFigures.experiment();

    @Test
    void of_anyRun_namesNothingOutsideThePage() throws IOException {
        String page = DemoPage.of(experiment);
        Matcher outside = Pattern.compile("(src|href)=|url\\(|@import|https?://").matcher(page);
        assertFalse(outside.find(), () -> page.substring(outside.start()));
    }

    @ParameterizedTest
    @EnumSource
    void of_anyRun_hasEveryFigureInTheTable(Figure figure) throws IOException {
        Experiment experiment = SomeFigures.of(SomeFigures.withWalk(1), SomeFigures.withWalk(300));
        String page = DemoPage.of(experiment);
        String row = page.substring(page.indexOf("data-figure=\"" + figure.name() + "\""));
        row = row.substring(0, row.indexOf("</tr>"));
        assertTrue(row.contains(">" + figure.text(experiment.chains().getFirst()) + "</td>"), row);
        assertTrue(row.contains(">" + figure.text(experiment.longest()) + "</td>"), row);
    }

    @Test
    void of_textWithMarkup_isEscaped() throws IOException {
        String page = DemoPage.of(experiment);
        assertTrue(page.contains("&lt;qcow2&gt;"));
        assertTrue(page.contains("a machine &amp; its Java"));
    }

    @Test
    void of_runWithoutQemu_saysWhy() throws IOException {
        String page = DemoPage.of(SomeFigures.withoutQemu("it was raining"));
        assertTrue(page.contains("QEMU, 300 layers: it was raining."));
        assertFalse(page.contains("<g class=\"qemu\">"));
    }

    @Test
    void of_anyRun_hasWellFormedDrawings() throws Exception {
        Matcher svg = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(DemoPage.of(experiment));
        int drawings = 0;
        while (svg.find()) {
            DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.group().getBytes(StandardCharsets.UTF_8)));
            drawings++;
        }
        // Of six comparisons, the map, and two programs in the legend.
        assertEquals(6 + 1 + 2, drawings);
    }

    @Test
    void of_runWithCollapseOff_hasAThirdCurve() throws IOException {
        assertFalse(DemoPage.of(experiment).contains("<g class=\"varve-walk\">"));
        assertTrue(DemoPage.of(SomeFigures.of(SomeFigures.withWalk(1), SomeFigures.withWalk(300)))
                .contains("<g class=\"varve-walk\">"));
    }

    @Test
    void of_qemuGivenUp_pointIsALowerBound() throws IOException {
        String page = DemoPage.of(SomeFigures.of(SomeFigures.chain(1), SomeFigures.givenUp(300)));
        assertTrue(page.contains("<title>QEMU, 300 layers: more than 20 s</title>"));
        assertTrue(page.contains("stopped: at least that"));
        assertTrue(page.contains("QEMU, 300 layers: reading the disk was given up after 20 s."));
        assertFalse(DemoPage.of(experiment).contains("stopped: at least that"));
    }

    @Test
    void map_twoRuns_areDrawnInTheColoursOfTheirLayers() {
        String map = new LayerMap(experiment.longest()).markup();
        // 64 cells in lines of 16: three lines of the base and one that nobody holds.
        assertTrue(map.contains("viewBox=\"0 0 16 4\""), map);
        assertTrue(map.contains("<path data-depth=\"299\" fill=\"#440154\" d=\"M0 0h16v1h-16zM0 1h16v1h-16zM0 2h16"),
                map);
        assertTrue(map.contains("<path data-depth=\"-1\" class=\"nobody\" d=\"M0 3h16v1h-16z\"/>"), map);
    }

    @Test
    void colours_endsOfTheChain_areTheEndsOfTheScale() {
        DepthColours colours = new DepthColours(300);
        assertEquals("#fde725", colours.of(0));
        assertEquals("#440154", colours.of(299));
        assertEquals("#fde725", new DepthColours(1).of(0));
    }
}
