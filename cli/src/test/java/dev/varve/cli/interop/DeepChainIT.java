// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.cli.Tool;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.chain.ChainWriter;
import dev.varve.samples.chain.DiskPattern;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** A chain that is three times as long as what overflows QEMU's stack, by threads with a small one. */
class DeepChainIT {
    private static final int LAYERS = 3_000;
    private static final int STACK = 256 << 10;
    private static final int PIECE = 1 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final ChainPlan PLAN = new ChainPlan(LAYERS, 128L << 20, ChainShape.SCATTER);

    @TempDir
    private static Path folder;

    private static Path top;

    @BeforeAll
    static void writeChain() throws IOException {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        if (system instanceof com.sun.management.UnixOperatingSystemMXBean unix) {
            long most = unix.getMaxFileDescriptorCount();
            assumeTrue(most >= LAYERS + 500, () -> "skipped: a process may open no more than " + most + " files");
        }
        top = new ChainWriter(PLAN).write(folder);
    }

    @Test
    void chain_smallStack_isReadWrittenAndClosed(TestReporter reporter) throws Exception {
        onSmallStack(() -> {
            long begin = System.nanoTime();
            DiskFile file = DiskFile.openWritable(top, Map.of());
            try (file) {
                reporter.publishEntry("open, ms", since(begin));
                begin = System.nanoTime();
                readAll(file);
                reporter.publishEntry("read, ms", since(begin));
                begin = System.nanoTime();
                readAll(file);
                reporter.publishEntry("read again, ms", since(begin));
                writeThrough(file);
                begin = System.nanoTime();
            }
            reporter.publishEntry("close, ms", since(begin));
            return null;
        });
        assertEquals(List.of(), OpenFiles.below(folder));
        Tool.varve("check", "--image-opts", "driver=qcow2,backing=,file.filename=" + top).expect(0);
    }

    private static void readAll(DiskFile file) throws IOException {
        assertEquals(PLAN.size(), file.backend().size());
        DiskPattern pattern = new DiskPattern(PLAN);
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        for (long offset = 0; offset < PLAN.size(); offset += PIECE) {
            file.backend().read(offset, piece.clear());
            assertEquals(-1, pattern.firstDifference(piece.flip(), offset));
        }
    }

    /** Copies a cluster from far below around what is written, and puts back what was there. */
    private static void writeThrough(DiskFile file) throws IOException {
        long offset = 5L * ChainPlan.CLUSTER + 1000;
        ByteBuffer before = ByteBuffer.allocate(3 * ChainPlan.CLUSTER);
        file.backend().read(offset, before);
        ByteBuffer other = ByteBuffer.allocate(before.capacity());
        file.backend().write(offset, other.duplicate());
        ByteBuffer after = ByteBuffer.allocate(before.capacity());
        file.backend().read(offset, after);
        assertEquals(other, after.flip());
        file.backend().write(offset, before.flip());
        file.backend().flush();
        readAll(file);
    }

    @Test
    void convert_allStacksSmall_writesWhatTheChainHolds(TestReporter reporter) throws Exception {
        Path raw = folder.resolve("converted.raw");
        long begin = System.nanoTime();
        Tool.run(Path.of(System.getProperty("java.home"), "bin", "java"), "-Xss" + STACK / 1024 + "k",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                "dev.varve.cli.Main", "convert", "-f", "qcow2", "-O", "raw", top, raw).expect(0);
        reporter.publishEntry("convert, ms", since(begin));
        assertMatches(raw);
    }

    @Test
    void mapAndInfo_smallStack_tellOfEveryLayer() throws Exception {
        onSmallStack(() -> {
            String map = Tool.varve("map", "--output", "json", top).expect(0).out();
            assertTrue(map.contains("\"depth\": " + (LAYERS - 1 - deepest())), "the layer deepest down is missing");
            String info = Tool.varve("info", "--backing-chain", top).expect(0).out();
            assertEquals(LAYERS, info.lines().filter(line -> line.startsWith("image: ")).count());
            return null;
        });
    }

    /** The number of the lowest layer that holds anything. */
    private static int deepest() {
        int lowest = LAYERS;
        for (long cluster = 0; cluster < PLAN.clusters(); cluster++) {
            lowest = Math.min(lowest, PLAN.owner(cluster));
        }
        return lowest;
    }

    private static void assertMatches(Path raw) throws IOException {
        DiskPattern pattern = new DiskPattern(PLAN);
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        try (FileChannel channel = FileChannel.open(raw)) {
            assertEquals(PLAN.size(), channel.size());
            for (long offset = 0; offset < PLAN.size(); offset += PIECE) {
                piece.clear();
                while (piece.hasRemaining() && channel.read(piece, offset + piece.position()) > 0) {
                    continue;
                }
                assertEquals(-1, pattern.firstDifference(piece.flip(), offset));
            }
        }
    }

    private static void onSmallStack(Callable<Void> work) throws Exception {
        FutureTask<Void> task = new FutureTask<>(work);
        Thread thread = new Thread(null, task, "small stack", STACK);
        thread.setDaemon(true);
        thread.start();
        assertNull(task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    private static String since(long nanoTime) {
        return Long.toString((System.nanoTime() - nanoTime) / 1_000_000);
    }
}
