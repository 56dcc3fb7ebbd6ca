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
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;

/** Random operations against a byte array; then QEMU's opinion of the image. */
class ModelTest {
    private static final int OPERATIONS = Integer.getInteger("varve.model.operations", 1_200);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"512, 16, 1.1, false, ''", "512, 1, 1.1, true, ''", "512, 64, 1.1, false, ''",
        "512, 16, 0.10, true, ''", "4096, 1, 1.1, false, ''", "4096, 64, 1.1, true, zstd", "4096, 16, 0.10, false, ''",
        "65536, 16, 1.1, true, ''", "65536, 64, 1.1, false, zstd", "65536, 16, 0.10, true, ''",
        "2097152, 1, 1.1, true, ''", "2097152, 16, 0.10, false, ''", "16384, 16, 1.1, true, extended",
        "16384, 1, 1.1, false, extended", "65536, 16, 1.1, true, extended zstd", "2097152, 16, 1.1, true, extended",
        "4096, 16, 1.1, true, data", "65536, 1, 1.1, false, raw", "16384, 16, 1.1, false, extended raw",
        "65536, 16, 1.1, true, extended data"})
    void randomOperations_anyGeometry_equalAByteArrayAndLeaveACleanImage(int clusterSize, String refcountBits,
            String compat, boolean withBacking, String kind) throws Exception {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        String name = "seed " + seed + ", cluster size " + clusterSize + ", refcount bits " + refcountBits
                + ", compat " + compat + ", backing " + withBacking + ", " + kind;
        Run run = new Run(seed, clusterSize, withBacking, options(clusterSize, refcountBits, compat, kind));
        try {
            // What a large cluster costs is to fill and to compress it.
            int operations = clusterSize > 65_536 ? OPERATIONS / 6 : OPERATIONS;
            for (int i = 0; i < operations; i++) {
                run.step();
            }
            run.finish(folder);
        } catch (TestAbortedException e) {
            throw e;
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError(name, e);
        }
    }

    private Map<String, String> options(int clusterSize, String refcountBits, String compat, String kind) {
        Map<String, String> options = new TreeMap<>();
        options.put("cluster_size", Integer.toString(clusterSize));
        options.put("refcount_bits", refcountBits);
        options.put("compat", compat);
        if (kind.contains("zstd")) {
            options.put("compression_type", "zstd");
        }
        if (kind.contains("extended")) {
            options.put("extended_l2", "on");
        }
        if (kind.contains("data") || kind.contains("raw")) {
            options.put("data_file", folder.resolve("data.raw").toString());
            options.put("data_file_raw", kind.contains("raw") ? "on" : "off");
        }
        return options;
    }

    private static final class Run {
        private final Random random;
        private final int clusterSize;
        private final boolean refusesZeroes;
        private final MemoryFile file = new MemoryFile();
        private final MemoryFile data = new MemoryFile();
        private final boolean hasDataFile;
        private final boolean hasRawDataFile;
        private final MemoryFile backing;
        private final byte[] backingContent;
        private final long most;
        private byte[] model;
        private OverlayNode node;

        Run(long seed, int clusterSize, boolean withBacking, Map<String, String> options) throws IOException {
            random = new Random(seed);
            this.clusterSize = clusterSize;
            hasDataFile = options.containsKey("data_file");
            hasRawDataFile = "on".equals(options.get("data_file_raw"));
            long base = Math.max(64L << 10, 6L * clusterSize);
            most = 3 * base;
            int size = (int) (base + 512L * random.nextInt(64));
            backingContent = withBacking ? new byte[(int) (base / 2) + random.nextInt((int) base)] : new byte[0];
            random.nextBytes(backingContent);
            backing = withBacking ? MemoryFile.backing(backingContent) : MemoryFile.nothing();
            refusesZeroes = withBacking && options.get("compat").equals("0.10");
            if (withBacking) {
                options.put("backing_file", "base.raw");
                options.put("backing_fmt", "raw");
            }
            Images.createWithData(file, data, size, options.entrySet().stream()
                    .flatMap(option -> Stream.of(option.getKey(), option.getValue())).toArray(String[]::new));
            model = Arrays.copyOf(Arrays.copyOf(backingContent, Math.min(size, backingContent.length)), size);
            node = Images.openWithData(file, data, backing);
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
                case 0, 1, 2, 3, 4 -> write(offset, bytes);
                case 5, 6 -> writeCompressed(offset / clusterSize * clusterSize);
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

        /** One cluster: only a new one can be compressed. */
        private void writeCompressed(int offset) throws IOException {
            byte[] written = new byte[Math.min(clusterSize, model.length - offset)];
            int letters = 1 + random.nextInt(random.nextInt(4) == 0 ? 256 : 20);
            for (int i = 0; i < written.length; i++) {
                written[i] = (byte) random.nextInt(letters);
            }
            if (node.supportedFlags().write().has(RequestFlags.COMPRESSED) == hasDataFile) {
                throw new AssertionError("compressed clusters are offered exactly without a data file");
            }
            if (hasDataFile) {
                return;
            }
            try {
                node.write(offset, ByteBuffer.wrap(written), RequestFlags.COMPRESSED);
                System.arraycopy(written, 0, model, offset, written.length);
            } catch (BlockException e) {
                if (e.kind() != ErrorKind.IO) {
                    throw e;
                }
            }
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
            node = Images.openWithData(file, data, backing, "l2-cache-entry-size", slices, "l2-cache-size",
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
            if (hasDataFile) {
                data.dump(folder.resolve("data.raw"));
            }
            if (hasRawDataFile) {
                assertEquals(model.length, data.size(), "the size of the data file");
                assertEquals(-1, Files.mismatch(folder.resolve("data.raw"), Files.write(folder.resolve("model.raw"),
                        model)));
            }
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
