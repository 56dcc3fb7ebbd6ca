// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.chain.ChainWriter;
import dev.varve.samples.longchain.figures.Figure;
import dev.varve.samples.longchain.figures.OwnedRange;
import dev.varve.samples.longchain.figures.Quantity;
import dev.varve.samples.longchain.figures.VarveFigures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private VarveFigures measure(Path top) throws IOException {
        return new ChainReader(GraphTemplate.of("long-chain.json", top), PLAN).measure();
    }

    @Test
    void run_smallChains_writesThePageWithTheFigures() throws IOException {
        Path page = folder.resolve("page.html");
        assertEquals(0, demo("--layers", "5", "--size", "4M", "--no-qemu", "--out", page.toString()), err::toString);
        String html = Files.readString(page);
        for (Figure figure : Figure.By.VARVE.figures()) {
            String row = html.substring(html.indexOf("data-figure=\"" + figure.name() + "\""));
            row = row.substring(0, row.indexOf("</tr>"));
            // Resident memory is told where there is /proc.
            boolean told = figure.quantity() != Quantity.MEMORY || figure == Figure.HEAP
                    || Files.exists(Path.of("/proc/self/status"));
            assertEquals(told, row.contains("<td title=\""), row);
            assertTrue(out.toString().contains(figure.label()), figure.label());
        }
        assertTrue(html.contains("5 of 5 layers own a part of the disk"), html);
        assertTrue(out.toString().contains("QEMU, 5 layers: left out by --no-qemu"), out::toString);
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
    void measure_chain_ownersAreThoseOfThePlan() throws IOException {
        VarveFigures figures = measure(new ChainWriter(PLAN).write(folder));
        for (OwnedRange range : figures.owners()) {
            int layer = range.depth() == OwnedRange.NOBODY ? ChainShape.NOBODY : PLAN.layers() - 1 - range.depth();
            for (long offset = range.offset(); offset < range.end(); offset += ChainPlan.CLUSTER) {
                assertEquals(layer, PLAN.owner(offset / ChainPlan.CLUSTER), "offset " + offset);
            }
        }
        assertEquals(PLAN.size(), figures.owners().getLast().end());
    }

    @Test
    void measure_secondPass_visitsNoNodeForIsInserted() throws IOException {
        VarveFigures figures = measure(new ChainWriter(PLAN).write(folder));
        assertEquals(PLAN.clusters(), figures.second().requests());
        assertEquals(0, figures.second().insertedVisits());
    }

    @Test
    void measure_oneByteChanged_isNoticed() throws IOException {
        Path top = new ChainWriter(PLAN).write(folder);
        Path base = folder.resolve(ChainPlan.fileName(0));
        try (RandomAccessFile file = new RandomAccessFile(base.toFile(), "rw")) {
            file.seek(file.length() - 1);
            int last = file.read();
            file.seek(file.length() - 1);
            file.write(last ^ 1);
        }
        IOException noticed = assertThrows(IOException.class, () -> measure(top));
        assertTrue(noticed.getMessage().endsWith("is not what was written there"), noticed.getMessage());
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
