// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.longchain.figures.Figure;
import dev.varve.samples.longchain.figures.OwnedRange;
import dev.varve.samples.longchain.figures.Pass;
import dev.varve.samples.longchain.figures.ReadFigures;
import dev.varve.samples.page.Quantity;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LongChainDemoTest {
    private static final ChainPlan PLAN = new ChainPlan(5, 4L << 20, ChainShape.MIXED);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int demo(String... words) {
        ToolProvider tool = ToolProvider.findFirst("varve-demo").orElseThrow();
        return tool.run(new PrintWriter(out), new PrintWriter(err), words);
    }

    private ReadFigures read(MadeChain chain, boolean collapse) throws IOException {
        return new ChainReader(new MeasuredTask(chain.graphFile(), PLAN, collapse)).measure();
    }

    private MadeChain chain() throws IOException {
        return MadeChain.write(PLAN, folder);
    }

    private void assertToldOf(Figure.By by, String html) {
        for (Figure figure : by.figures()) {
            String row = html.substring(html.indexOf("data-figure=\"" + figure.name() + "\""));
            row = row.substring(0, row.indexOf("</tr>"));
            // Resident memory is told where there is /proc.
            boolean told = figure.quantity() != Quantity.BYTES || figure == Figure.INDEX_BYTES
                    || Files.exists(Path.of("/proc/self/status"));
            assertEquals(told, row.contains("<td title=\""), row);
            assertTrue(out.toString().contains(figure.label()), figure.label());
        }
    }

    @Test
    void run_smallChains_writesThePageWithTheFigures() throws IOException {
        Path page = folder.resolve("page.html");
        assertEquals(0, demo("--layers", "1,5", "--size", "4M", "--no-qemu", "--no-collapse", "--out", page.toString()),
                err::toString);
        String html = Files.readString(page);
        assertToldOf(Figure.By.VARVE, html);
        assertToldOf(Figure.By.WALK, html);
        assertTrue(html.contains("5 of 5 layers own a part of the disk"), html);
        assertTrue(out.toString().contains("QEMU, 5 layers: left out by --no-qemu"), out::toString);
    }

    @Test
    void run_smallChainsWithQemu_tellsItsFiguresUpToItsLongestChain() throws IOException {
        assumeTrue(QemuRun.find(Duration.ofSeconds(60)).isPresent(),
                "skipped: qemu-img and qemu-io are not on the path");
        Path page = folder.resolve("page.html");
        assertEquals(0, demo("--layers", "2,3", "--size", "1M", "--qemu-layers", "2", "--out", page.toString()),
                err::toString);
        assertTrue(Files.readString(page).contains("<g class=\"qemu\">"));
        assertTrue(out.toString().contains(Figure.QEMU_FIRST.label()), out::toString);
        assertTrue(out.toString().contains("QEMU, 3 layers: not measured beyond 2 layers"), out::toString);
        assertFalse(out.toString().contains("QEMU, 2 layers: not measured"), out::toString);
    }

    @Test
    void run_keep_leavesTheChainsAndTheGraph() throws IOException {
        Path kept = folder.resolve("kept");
        assertEquals(0, demo("--layers", "2", "--size", "1M", "--no-qemu", "--keep", kept.toString(), "--out",
                folder.resolve("page.html").toString()), err::toString);
        try (Stream<Path> files = Files.list(kept.resolve("chain-2"))) {
            assertEquals(List.of("graph.json", "layer-00000.qcow2", "layer-00001.qcow2"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void run_unknownOption_failsAndNamesIt() {
        assertEquals(1, demo("--colour"));
        assertTrue(err.toString().contains("unknown option '--colour'"), err::toString);
    }

    @Test
    void run_help_namesTheOptions() {
        assertEquals(0, demo("--help"));
        assertTrue(out.toString().contains("--qemu-limit"), out::toString);
    }

    @Test
    void read_chain_ownersAreThoseOfThePlan() throws IOException {
        ReadFigures figures = read(chain(), true);
        for (OwnedRange range : figures.owners()) {
            int layer = range.depth() == OwnedRange.NOBODY ? ChainShape.NOBODY : PLAN.layers() - 1 - range.depth();
            for (long offset = range.offset(); offset < range.end(); offset += ChainPlan.CLUSTER) {
                assertEquals(layer, PLAN.owner(offset / ChainPlan.CLUSTER), "offset " + offset);
            }
        }
        assertEquals(PLAN.size(), figures.owners().getLast().end());
    }

    @Test
    void read_laterPass_visitsNoNodeAndNoLayerBeyondTheFirst() throws IOException {
        Pass steady = read(chain(), true).steady();
        assertEquals(PLAN.clusters(), steady.requests());
        assertEquals(0, steady.insertedVisits());
        assertEquals(0, steady.layerVisits());
        assertEquals(0, steady.builds());
        assertTrue(steady.hits() > 0);
    }

    @Test
    void read_collapseOff_asksLayersAndNoIndex() throws IOException {
        ReadFigures figures = read(chain(), false);
        assertTrue(figures.steady().layerVisits() > 0);
        assertEquals(0, figures.steady().hits());
        assertEquals(0, figures.indexBytes());
    }

    @Test
    void read_oneByteChanged_isNoticed() throws IOException {
        MadeChain chain = chain();
        changeLastByte(folder.resolve(ChainPlan.fileName(0)));
        IOException noticed = assertThrows(IOException.class, () -> read(chain, true));
        assertTrue(noticed.getMessage().endsWith("is not what was written there"), noticed.getMessage());
    }

    private static void changeLastByte(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(file.length() - 1);
            int last = file.read();
            file.seek(file.length() - 1);
            file.write(last ^ 1);
        }
    }

    @Test
    void stream_chain_overlayHoldsTheDiskByItself() throws IOException {
        try (Overlay overlay = Overlay.over(chain())) {
            MeasuredTask task = new MeasuredTask(overlay.graphFile(), PLAN, true);
            assertTrue(new ChainStreamer(task).measure().seconds() > 0);
            Files.delete(folder.resolve(ChainPlan.fileName(0)));
            BlockLayer layer = BlockLayer.load();
            try (BlockGraph graph = task.newGraph(layer);
                    BlockBackend disk = graph.openBackend(task.addDisk(layer, graph, true), Permissions.READ)) {
                new VerifiedReader(PLAN).read(disk);
            }
        }
    }

    @Test
    void stream_oneByteChanged_isNoticed() throws IOException {
        MadeChain chain = chain();
        changeLastByte(folder.resolve(ChainPlan.fileName(0)));
        try (Overlay overlay = Overlay.over(chain)) {
            ChainStreamer streamer = new ChainStreamer(new MeasuredTask(overlay.graphFile(), PLAN, true));
            IOException noticed = assertThrows(IOException.class, streamer::measure);
            assertTrue(noticed.getMessage().endsWith("is not what was written there"), noticed.getMessage());
        }
    }

    @Test
    void run_failing_leavesNoPage() throws IOException {
        Path page = folder.resolve("page.html");
        Path kept = Files.createDirectories(folder.resolve("chain-1"));
        Files.writeString(kept.resolve(ChainPlan.fileName(0)), "in the way");
        assertEquals(1, demo("--layers", "1", "--size", "1M", "--no-qemu", "--keep", folder.toString(), "--out",
                page.toString()));
        assertFalse(Files.exists(page));
    }
}
