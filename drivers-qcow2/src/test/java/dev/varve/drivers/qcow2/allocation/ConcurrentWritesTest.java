// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.OverlayNode;
import dev.varve.drivers.qcow2.Images;
import dev.varve.drivers.qcow2.MemoryFile;
import dev.varve.drivers.qcow2.QemuImg;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writers that share clusters but no bytes, with discards and flushes beside them: no update is lost. */
class ConcurrentWritesTest {
    private static final int SIZE = 2 << 20;
    private static final int PIECE = 256;
    private static final int THREADS = 6;
    /** Discarded and written by one thread of its own. */
    private static final int PLAYGROUND = 1 << 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"512", "4096", "65536", "2097152"})
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void writers_ofTheSameClusters_loseNothing(String clusterSize) throws Exception {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        byte[] model = new byte[SIZE];
        new Random(seed).nextBytes(model);
        MemoryFile file = Images.create(SIZE, "cluster_size", clusterSize);
        OverlayNode node = Images.open(file, MemoryFile.backing(model), "l2-cache-size", "4096");
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int own = thread;
            tasks.add(() -> writePieces(node, model, own, new Random(seed + own)));
        }
        tasks.add(() -> play(node, model, new Random(seed)));
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            for (Future<Void> future : threads.invokeAll(tasks)) {
                future.get();
            }
        }
        ByteBuffer read = ByteBuffer.allocate(SIZE);
        node.read(0, read, RequestFlags.NONE);
        assertArrayEquals(model, read.array(), "seed " + seed);
        node.close();
        if (QemuImg.isInstalled()) {
            Path image = folder.resolve("image.qcow2");
            file.dump(image);
            QemuImg.Result check = QemuImg.check(image);
            assertEquals(0, check.exitCode(), check.output());
        }
    }

    /** Every sixth piece of the first half is this thread's. */
    private static Void writePieces(OverlayNode node, byte[] model, int own, Random random) throws IOException {
        for (int i = 0; i < 800; i++) {
            int offset = (random.nextInt(PLAYGROUND / PIECE / THREADS) * THREADS + own) * PIECE;
            if (random.nextInt(5) == 0) {
                node.writeZeroes(offset, PIECE, RequestFlags.MAY_UNMAP);
                Arrays.fill(model, offset, offset + PIECE, (byte) 0);
            } else {
                byte[] data = new byte[PIECE];
                random.nextBytes(data);
                node.write(offset, ByteBuffer.wrap(data), RequestFlags.NONE);
                System.arraycopy(data, 0, model, offset, PIECE);
            }
            ByteBuffer read = ByteBuffer.allocate(PIECE);
            node.read(offset, read, RequestFlags.NONE);
            assertArrayEquals(Arrays.copyOfRange(model, offset, offset + PIECE), read.array());
        }
        return null;
    }

    private static Void play(OverlayNode node, byte[] model, Random random) throws IOException {
        for (int i = 0; i < 300; i++) {
            int offset = PLAYGROUND + random.nextInt(SIZE - PLAYGROUND);
            int bytes = 1 + random.nextInt(SIZE - offset);
            switch (random.nextInt(4)) {
                case 0 -> node.discard(offset, bytes);
                case 1 -> node.writeZeroes(offset, bytes, RequestFlags.MAY_UNMAP);
                case 2 -> node.flush();
                default -> node.write(offset, ByteBuffer.allocate(bytes), RequestFlags.NONE);
            }
            node.read(offset, ByteBuffer.wrap(model, offset, bytes), RequestFlags.NONE);
        }
        return null;
    }
}
