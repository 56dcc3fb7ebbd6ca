// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.OverlayNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;

/** Random operations against a byte array; then QEMU's opinion of the image. */
class ModelTest {
    private static final int OPERATIONS = Integer.getInteger("varve.model.operations", 8_500);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"512, 16, 1.1, false", "512, 1, 1.1, true", "512, 64, 1.1, false", "512, 16, 0.10, true",
        "4096, 1, 1.1, false", "4096, 64, 1.1, true", "4096, 16, 0.10, false", "65536, 16, 1.1, true",
        "65536, 64, 1.1, false", "65536, 16, 0.10, true", "2097152, 1, 1.1, true", "2097152, 16, 0.10, false"})
    void randomOperations_anyGeometry_equalAByteArrayAndLeaveACleanImage(int clusterSize, String refcountBits,
            String compat, boolean withBacking) throws Exception {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        String name = "seed " + seed + ", cluster size " + clusterSize + ", refcount bits " + refcountBits
                + ", compat " + compat + ", backing " + withBacking;
        Run run = new Run(seed, clusterSize, refcountBits, compat, withBacking);
        try {
            for (int i = 0; i < OPERATIONS; i++) {
                run.step();
            }
            run.finish(folder);
        } catch (TestAbortedException e) {
            throw e;
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError(name, e);
        }
    }

    private static final class Run {
        private final Random random;
        private final int clusterSize;
        private final boolean refusesZeroes;
        private final MemoryFile file;
        private final MemoryFile backing;
        private final byte[] backingContent;
        private final long most;
        private byte[] model;
        private OverlayNode node;

        Run(long seed, int clusterSize, String refcountBits, String compat, boolean withBacking) throws IOException {
            random = new Random(seed);
            this.clusterSize = clusterSize;
            long base = Math.max(64L << 10, 6L * clusterSize);
            most = 3 * base;
            int size = (int) (base + 512L * random.nextInt(64));
            backingContent = withBacking ? new byte[(int) (base / 2) + random.nextInt((int) base)] : new byte[0];
            random.nextBytes(backingContent);
            backing = withBacking ? MemoryFile.backing(backingContent) : MemoryFile.nothing();
            refusesZeroes = withBacking && compat.equals("0.10");
            file = withBacking
                    ? Images.create(size, "cluster_size", Integer.toString(clusterSize), "refcount_bits",
                            refcountBits, "compat", compat, "backing_file", "base.raw", "backing_fmt", "raw")
                    : Images.create(size, "cluster_size", Integer.toString(clusterSize), "refcount_bits",
                            refcountBits, "compat", compat);
            model = Arrays.copyOf(Arrays.copyOf(backingContent, Math.min(size, backingContent.length)), size);
            node = Images.open(file, backing);
        }

        void step() throws IOException {
            int offset = random.nextInt(model.length);
            int room = model.length - offset;
            int bytes = Math.min(room, 1 + random.nextInt(random.nextInt(4) == 0 ? 3 * clusterSize
                    : Math.min(clusterSize, 5000)));
            if (random.nextInt(3) == 0) {
                offset -= offset % clusterSize;
                bytes = Math.min(model.length - offset, clusterSize * (1 + random.nextInt(3)));
            }
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5, 6 -> write(offset, bytes);
                case 7, 8, 9 -> zero(offset, bytes);
                case 10, 11, 12 -> discard(offset, bytes);
                case 13 -> node.flush();
                case 14 -> grow();
                case 15 -> reopen();
                default -> compare(offset, bytes);
            }
        }

        private void write(int offset, int bytes) throws IOException {
            byte[] data = new byte[bytes];
            random.nextBytes(data);
            System.arraycopy(data, 0, model, offset, bytes);
            ByteBuffer src = random.nextBoolean() ? ByteBuffer.wrap(data)
                    : ByteBuffer.allocateDirect(bytes).put(data).flip();
            node.write(offset, src, RequestFlags.NONE);
            assertEquals(0, src.remaining());
        }

        private void zero(int offset, int bytes) throws IOException {
            RequestFlags flags = random.nextBoolean() ? RequestFlags.MAY_UNMAP : RequestFlags.NONE;
            if (random.nextInt(4) == 0) {
                flags = flags.with(RequestFlags.NO_FALLBACK);
            }
            try {
                node.writeZeroes(offset, bytes, flags);
                Arrays.fill(model, offset, offset + bytes, (byte) 0);
            } catch (BlockException e) {
                if (e.kind() != ErrorKind.UNSUPPORTED || !refusesZeroes && !flags.has(RequestFlags.NO_FALLBACK)) {
                    throw e;
                }
            }
        }

        /** The clusters that are discarded read as zeroes, or stay, as a whole. */
        private void discard(int offset, int bytes) throws IOException {
            node.discard(offset, bytes);
            long begin = (offset + clusterSize - 1L) / clusterSize * clusterSize;
            long end = offset + bytes == model.length ? model.length : (long) (offset + bytes) / clusterSize
                    * clusterSize;
            if (!refusesZeroes && begin < end) {
                Arrays.fill(model, (int) begin, (int) end, (byte) 0);
            }
        }

        private void grow() throws IOException {
            int size = (model.length + random.nextInt(4 * clusterSize)) / 512 * 512 + 512;
            if (size <= most) {
                Preallocation[] modes = Preallocation.values();
                node.truncate(size, random.nextInt(3) == 0 ? modes[random.nextInt(modes.length)] : Preallocation.OFF,
                        RequestFlags.NONE);
                model = Arrays.copyOf(model, size);
                assertEquals(size, node.size());
            }
        }

        private void reopen() throws IOException {
            node.close();
            String slices = random.nextBoolean() ? "512" : Integer.toString(Math.min(clusterSize, 4096));
            node = Images.open(file, backing, "l2-cache-entry-size", slices, "l2-cache-size",
                    Integer.toString(1024 * (1 + random.nextInt(64))));
        }

        private void compare(int offset, int bytes) throws IOException {
            ByteBuffer read = ByteBuffer.allocate(bytes);
            node.read(offset, read, RequestFlags.NONE);
            assertArrayEquals(Arrays.copyOfRange(model, offset, offset + bytes), read.array(),
                    () -> "at " + offset + " with " + bytes + " bytes");
        }

        void finish(Path folder) throws IOException, InterruptedException {
            compare(0, model.length);
            node.close();
            QemuImg.require();
            Path image = folder.resolve("image.qcow2");
            Files.write(folder.resolve("base.raw"), backingContent);
            file.dump(image);
            QemuImg.Result check = QemuImg.check(image);
            assertEquals(0, check.exitCode(), check.output());
            Path raw = folder.resolve("model.raw");
            Files.write(raw, model);
            String compare = QemuImg.ok("qemu-img", "compare", "-f", "qcow2", "-F", "raw", image.toString(),
                    raw.toString());
            assertEquals("Images are identical.", compare.strip());
        }
    }
}
