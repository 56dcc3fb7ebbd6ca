// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.OverlayNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Storage that stops taking writes: what was flushed before is there when the image is opened again. */
class WriteFailureTest {
    private static final int SIZE = 512 << 10;

    @ParameterizedTest
    @ValueSource(strings = {"512", "4096", "65536"})
    void failingWrites_afterAFlush_keepWhatWasFlushed(String clusterSize) throws IOException {
        for (int round = 0; round < 150; round++) {
            long seed = Long.getLong("varve.seed", new Random().nextLong());
            try {
                run(new Random(seed), clusterSize);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static void run(Random random, String clusterSize) throws IOException {
        MemoryFile file = Images.create(SIZE, "cluster_size", clusterSize);
        byte[] model = new byte[SIZE];
        OverlayNode node = Images.open(file);
        for (int i = 0; i < 20; i++) {
            step(random, node, model, null);
        }
        node.flush();
        byte[] flushed = model.clone();
        boolean[] touched = new boolean[SIZE];
        file.failWritesAfter(random.nextInt(12));
        List<String> log = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            try {
                log.add(step(random, node, model, touched));
            } catch (BlockException e) {
                log.add(e.getMessage());
            }
        }
        try {
            node.close();
        } catch (BlockException e) {
            log.add(e.getMessage());
        }
        file.failWritesAfter(Integer.MAX_VALUE);
        OverlayNode again = Images.open(file);
        ByteBuffer read = ByteBuffer.allocate(SIZE);
        again.read(0, read, RequestFlags.NONE);
        for (int i = 0; i < SIZE; i++) {
            if (!touched[i] && read.get(i) != flushed[i]) {
                throw new AssertionError("byte at " + i + " is " + read.get(i) + ", flushed was " + flushed[i]
                        + ", then " + log);
            }
        }
        again.close();
    }

    private static String step(Random random, OverlayNode node, byte[] model, boolean[] touched) throws IOException {
        int offset = random.nextInt(SIZE);
        int bytes = Math.min(SIZE - offset, 1 + random.nextInt(1 << random.nextInt(17)));
        int kind = random.nextInt(6);
        if (kind > 0 && touched != null) {
            java.util.Arrays.fill(touched, offset, offset + bytes, true);
        }
        byte[] data = new byte[bytes];
        switch (kind) {
            case 0 -> node.flush();
            case 1 -> {
                node.discard(offset, bytes);
                ByteBuffer now = ByteBuffer.wrap(data);
                node.read(offset, now, RequestFlags.NONE);
            }
            case 2 -> node.writeZeroes(offset, bytes, RequestFlags.MAY_UNMAP);
            default -> {
                random.nextBytes(data);
                node.write(offset, ByteBuffer.wrap(data), RequestFlags.NONE);
            }
        }
        if (kind > 0) {
            System.arraycopy(data, 0, model, offset, bytes);
        }
        return kind + " " + offset + "+" + bytes;
    }
}
