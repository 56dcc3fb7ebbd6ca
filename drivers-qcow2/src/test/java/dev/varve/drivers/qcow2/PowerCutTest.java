// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.OverlayNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The power fails at each flush of the file with any of the writes since the flush before it missing. What the image
 * had flushed by then is there, and QEMU finds nothing worse than leaks.
 */
class PowerCutTest {
    private static final int STEPS = 120;

    @TempDir
    Path folder;

    /** What was promised when so many flushes of the file had been made. */
    private record Promise(int flushes, byte[] content, boolean[] touchedSince) {}

    @ParameterizedTest
    @CsvSource({"512, 64, 1.1, false, 160", "512, 16, 0.10, true, 160", "4096, 1, 1.1, true, 400",
        "65536, 16, 1.1, false, 1200", "16384, 16, 1.1 extended, true, 600"})
    void powerCut_atAnyFlush_keepsWhatWasFlushedAndNoCorruption(int clusterSize, String refcountBits, String compat,
            boolean withBacking, int kilobytes) throws Exception {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        try {
            run(new Random(seed), clusterSize, refcountBits, compat, withBacking, kilobytes << 10);
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private void run(Random random, int clusterSize, String refcountBits, String compat, boolean withBacking, int size)
            throws IOException, InterruptedException {
        byte[] backingContent = new byte[withBacking ? size : 0];
        random.nextBytes(backingContent);
        MemoryFile backing = withBacking ? MemoryFile.backing(backingContent) : MemoryFile.nothing();
        // The backing file is left out of the image, so that QEMU can check it alone.
        MemoryFile file = Images.create(size, "cluster_size", Integer.toString(clusterSize), "refcount_bits",
                refcountBits, "compat", compat.substring(0, compat.endsWith("0.10") ? 4 : 3), "extended_l2",
                compat.endsWith("extended") ? "on" : "off");
        MemoryFile initial = file.copy();
        file.record();
        byte[] model = Arrays.copyOf(backingContent, size);
        List<Promise> promises = workload(random, Images.open(file, backing), file, model);
        List<MemoryFile.Write> journal = file.journal();
        int flushes = 0;
        int since = 0;
        MemoryFile durable = initial;
        for (int i = 0; i < journal.size(); i++) {
            if (journal.get(i).bytes().length == 0) {
                if (random.nextBoolean()) {
                    MemoryFile cut = durable.copy();
                    journal.subList(since, i).stream().filter(write -> random.nextBoolean()).forEach(cut::replay);
                    verify(cut, backing, promises, flushes);
                }
                journal.subList(since, i).forEach(durable::replay);
                since = i + 1;
                flushes++;
            }
        }
    }

    private static List<Promise> workload(Random random, OverlayNode node, MemoryFile file, byte[] model)
            throws IOException {
        List<Promise> promises = new ArrayList<>();
        promises.add(new Promise(0, model.clone(), new boolean[model.length]));
        int before = file.flushes();
        for (int i = 0; i < STEPS; i++) {
            step(random, node, model, promises);
            if (random.nextInt(8) == 0) {
                node.flush();
                promises.add(new Promise(file.flushes() - before, model.clone(), new boolean[model.length]));
            }
        }
        node.close();
        return promises;
    }

    private static void step(Random random, OverlayNode node, byte[] model, List<Promise> promises)
            throws IOException {
        int offset = random.nextInt(model.length);
        int bytes = Math.min(model.length - offset, 1 + random.nextInt(1 << random.nextInt(17)));
        promises.forEach(promise -> Arrays.fill(promise.touchedSince(), offset, offset + bytes, true));
        switch (random.nextInt(7)) {
            case 6 -> {
                int size = (int) node.clusterSize().orElseThrow();
                int cluster = offset / size * size;
                int whole = Math.min(size, model.length - cluster);
                promises.forEach(promise -> Arrays.fill(promise.touchedSince(), cluster, cluster + whole, true));
                try {
                    node.write(cluster, ByteBuffer.wrap(compressible(random, whole)), RequestFlags.COMPRESSED);
                } catch (BlockException e) {
                    // Short where the disk has grown, or allocated already.
                    assertTrue(e.kind() == ErrorKind.IO || e.kind() == ErrorKind.INVALID_OPTION, e.getMessage());
                }
                node.read(cluster, ByteBuffer.wrap(model, cluster, whole), RequestFlags.NONE);
            }
            case 0 -> node.discard(offset, bytes);
            case 1 -> {
                try {
                    node.writeZeroes(offset, bytes, RequestFlags.MAY_UNMAP);
                } catch (BlockException e) {
                    node.write(offset, ByteBuffer.allocate(bytes), RequestFlags.NONE);
                }
            }
            case 2 -> node.truncate(node.size() + 512L * random.nextInt(200), Preallocation.OFF, RequestFlags.NONE);
            default -> {
                byte[] data = new byte[bytes];
                random.nextBytes(data);
                node.write(offset, ByteBuffer.wrap(data), RequestFlags.NONE);
            }
        }
        ByteBuffer now = ByteBuffer.wrap(model, offset, bytes);
        node.read(offset, now, RequestFlags.NONE);
    }

    private static byte[] compressible(Random random, int bytes) {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            data[i] = (byte) (1 + random.nextInt(12));
        }
        return data;
    }

    private void verify(MemoryFile cut, MemoryFile backing, List<Promise> promises, int flushes)
            throws IOException, InterruptedException {
        Promise promise = promises.stream().filter(each -> each.flushes() <= flushes).toList().getLast();
        OverlayNode node = Images.openReadOnly(cut, backing);
        ByteBuffer read = ByteBuffer.allocate(promise.content().length);
        node.read(0, read, RequestFlags.NONE);
        for (int i = 0; i < promise.content().length; i++) {
            int at = i;
            assertTrue(promise.touchedSince()[i] || read.get(i) == promise.content()[i], () -> "after " + flushes
                    + " flushes: byte at " + at + " is " + read.get(at) + ", flushed was " + promise.content()[at]);
        }
        node.close();
        checkWithQemu(cut);
    }

    private void checkWithQemu(MemoryFile cut) throws IOException, InterruptedException {
        if (QemuImg.isInstalled()) {
            Path image = folder.resolve("cut.qcow2");
            cut.dump(image);
            QemuImg.Result check = QemuImg.check(image);
            assertTrue(check.exitCode() == 0 || check.exitCode() == 3, check.output());
            Files.delete(image);
        }
    }
}
