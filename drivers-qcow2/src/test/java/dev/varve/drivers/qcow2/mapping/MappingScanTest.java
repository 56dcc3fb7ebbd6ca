// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.OverlayNode;
import dev.varve.drivers.qcow2.Images;
import dev.varve.drivers.qcow2.MemoryFile;
import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.drivers.qcow2.testimage.ImageWords;
import dev.varve.drivers.qcow2.testimage.OneFile;
import dev.varve.drivers.qcow2.testimage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingScanTest {
    private static final long SLICE_BYTES = 4096;

    /** What was told, one text for each status that could not be joined with the one before, and how it ended. */
    private static final class Told implements Consumer<BlockStatus> {
        private final List<BlockStatus> joined = new ArrayList<>();
        private String failure = "";

        @Override
        public void accept(BlockStatus status) {
            BlockStatus last = joined.isEmpty() ? null : joined.getLast();
            BlockStatus both = last == null ? null : join(last, status);
            if (both == null) {
                joined.add(status);
            } else {
                joined.set(joined.size() - 1, both);
            }
        }

        private static BlockStatus join(BlockStatus first, BlockStatus next) {
            long bytes = first.bytes() + next.bytes();
            if (first instanceof BlockStatus.Unallocated && next instanceof BlockStatus.Unallocated) {
                return new BlockStatus.Unallocated(bytes);
            }
            if (first instanceof BlockStatus.Zero a && next instanceof BlockStatus.Zero b
                    && (a.storage().isEmpty() && b.storage().isEmpty() || a.storage().isPresent()
                    && b.storage().isPresent() && follows(a.storage().get(), b.storage().get(), a.bytes()))) {
                return new BlockStatus.Zero(bytes, a.storage());
            }
            if (first instanceof BlockStatus.Data a && next instanceof BlockStatus.Data b
                    && (a.storage().isEmpty() && b.storage().isEmpty() || a.storage().isPresent()
                    && b.storage().isPresent() && follows(a.storage().get(), b.storage().get(), a.bytes()))) {
                return new BlockStatus.Data(bytes, a.storage(), false);
            }
            return null;
        }

        private static boolean follows(BlockStatus.Storage first, BlockStatus.Storage next, long bytes) {
            return first.child().equals(next.child()) && first.offset() + bytes == next.offset();
        }

        @Override
        public String toString() {
            return joined + " " + failure;
        }
    }

    private static Told scan(OverlayNode node, long offset, long bytes) {
        Told told = new Told();
        List<BlockStatus> runs = new ArrayList<>();
        try {
            node.scan(offset, bytes, runs::add);
        } catch (IOException e) {
            told.failure = e.toString();
        }
        runs.forEach(told);
        assertEquals(runs, told.joined, "a scan joins by itself");
        return told;
    }

    private static Told loop(OverlayNode node, long offset, long bytes) {
        Told told = new Told();
        long at = offset;
        try {
            while (at < offset + bytes) {
                BlockStatus status = node.blockStatus(at, offset + bytes - at, Effort.ALLOCATION_ONLY);
                told.accept(status);
                at += status.bytes();
            }
        } catch (IOException e) {
            told.failure = e.toString();
        }
        return told;
    }

    private static void assertSame(OverlayNode node, Random random, int ranges, String context) throws IOException {
        long size = node.size();
        for (int i = 0; i < ranges; i++) {
            long offset = i == 0 ? 0 : random.nextLong(size);
            long bytes = i == 0 ? size : 1 + random.nextLong(size - offset);
            String scanned = scan(node, offset, bytes).toString();
            assertEquals(loop(node, offset, bytes).toString(), scanned,
                    () -> context + ", " + bytes + " bytes at " + offset);
        }
    }

    private static OverlayNode open(BlockChild file) throws IOException {
        return (OverlayNode) OneFile.openReadOnly(file);
    }

    private static GoodImage randomImage(Random random) {
        int bits = random.nextInt(9, 14);
        int clusters = random.nextInt(2, 1 << 11);
        GoodImage image = new GoodImage(3, bits, 4, ((long) clusters << bits) - 512 * random.nextInt(2));
        int left = bits < 12 ? 200 : 60;
        for (int at = random.nextInt(clusters); at < clusters && left > 0;) {
            int kind = random.nextInt(6);
            for (int run = random.nextInt(1, 9); run > 0 && at < clusters; run--, at++, left--) {
                switch (kind) {
                    case 0 -> image.zero(at);
                    case 1 -> image.preallocatedZero(at);
                    case 2 -> image.compressed(at, 7);
                    case 3, 4 -> image.data(at, at);
                    default -> left++;
                }
            }
            at += random.nextInt(4) == 0 ? random.nextInt(300) : 0;
        }
        return image;
    }

    @Test
    void scan_randomImages_tellsWhatStatusAfterStatusTells() throws IOException {
        long seed = System.nanoTime();
        for (int round = 0; round < 150; round++) {
            Random random = new Random(seed + round);
            byte[] content = randomImage(random).bytes();
            OverlayNode node = open(new StoredFile(content));
            assertSame(node, random, 8, "seed " + (seed + round));
            assertSame(open(new StoredFile(content)), random, 1, "seed " + (seed + round));
        }
    }

    @Test
    void scan_randomDamage_failsWhereStatusAfterStatusFails() throws IOException {
        long seed = System.nanoTime();
        int failed = 0;
        for (int round = 0; round < 200; round++) {
            Random random = new Random(seed + round);
            ImageWords words = new ImageWords(randomImage(random).bytes());
            int table = random.nextInt(3) == 0 ? words.l1() : words.l2(0);
            int entry = table + 8 * random.nextInt(table == words.l1() ? 2 : words.clusterSize() / 8);
            words.int64(entry, words.int64(entry) ^ 1L << random.nextInt(64));
            if (random.nextInt(4) == 0) {
                words.resize(random.nextInt(words.length() / 2, words.length()));
            }
            OverlayNode node;
            try {
                node = open(new StoredFile(words.bytes()));
            } catch (BlockException e) {
                continue;
            }
            assertSame(node, random, 4, "seed " + (seed + round));
            failed += loop(node, 0, node.size()).failure.isEmpty() ? 0 : 1;
        }
        assertTrue(failed > 10, failed + " damaged images, seed " + seed);
    }

    @Test
    void scan_unwrittenChanges_areTold() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        MemoryFile file = Images.create(2 << 20, "cluster_size", "512");
        OverlayNode node = Images.open(file, "l2-cache-size", "2048", "l2-cache-entry-size", "512");
        for (int i = 0; i < 150; i++) {
            int offset = random.nextInt(4096) * 512;
            int bytes = Math.min(random.nextInt(1, 20_000), (2 << 20) - offset);
            switch (random.nextInt(4)) {
                case 0 -> node.writeZeroes(offset, bytes, RequestFlags.NONE);
                case 1 -> node.discard(offset, bytes);
                default -> node.write(offset, ByteBuffer.allocate(bytes), RequestFlags.NONE);
            }
            String scanned = scan(node, 0, 2 << 20).toString();
            assertEquals(loop(node, 0, 2 << 20).toString(), scanned, () -> "seed " + seed);
        }
        node.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 512, 4096, 100_000, 1 << 20, 5 << 20})
    void scan_anyRange_readsItsEntriesAlone(long bytes) throws IOException {
        GoodImage image = new GoodImage(3, 12, 4, 5 << 20);
        for (int cluster = 0; cluster < 1280; cluster += 7) {
            image.zero(cluster);
        }
        StoredFile file = new StoredFile(image.bytes());
        OverlayNode node = open(file);
        node.emptyRun(0, 1);
        long before = file.bytesRead();
        node.scan(0, bytes, status -> { });
        assertEquals(8 * ((bytes + 4095) / 4096), file.bytesRead() - before);
    }

    @Test
    void scan_leavesNothingInTheCache() throws IOException {
        StoredFile file = new StoredFile(GoodImage.small().data(3, 1).bytes());
        OverlayNode node = open(file);
        node.scan(0, node.size(), status -> { });
        long before = file.bytesRead();
        node.blockStatus(0, 512, Effort.ALLOCATION_ONLY);
        assertEquals(SLICE_BYTES, file.bytesRead() - before);
    }

    @Test
    void scan_slicesInMemory_areNotReadAgain() throws IOException {
        StoredFile file = new StoredFile(GoodImage.small().data(3, 1).bytes());
        OverlayNode node = open(file);
        node.blockStatus(0, 512, Effort.ALLOCATION_ONLY);
        long before = file.bytesRead();
        node.scan(0, node.size(), status -> { });
        assertEquals(0, file.bytesRead() - before);
    }

    @Test
    void scan_whatCannotBeRead_failsBehindWhatCan() throws IOException {
        GoodImage image = new GoodImage(3, 16, 4, 512 << 20).zero(0);
        ImageWords words = new ImageWords(image.bytes());
        StoredFile file = new StoredFile(words.bytes());
        file.failAt(words.l2(0) + 3 * SLICE_BYTES, words.l2(0) + 4 * SLICE_BYTES);
        OverlayNode node = open(file);
        List<BlockStatus> told = new ArrayList<>();
        assertThrows(BlockException.class, () -> node.scan(0, node.size(), told::add));
        long readable = told.stream().mapToLong(BlockStatus::bytes).sum();
        assertEquals(3 * (SLICE_BYTES / 8) << 16, readable);
    }

    @Test
    void scan_withoutL2Tables_isOneRunOfTheL1Table() throws IOException {
        MemoryFile file = Images.create(1L << 40, "cluster_size", "64k");
        OverlayNode node = Images.openReadOnly(file);
        assertEquals(List.of(new BlockStatus.Unallocated(1L << 40)), scan(node, 0, 1L << 40).joined);
    }

    @Test
    void scan_askedFromWithin_mayUseTheImage() throws IOException {
        OverlayNode node = Images.open(Images.create(1 << 20));
        node.write(0, ByteBuffer.allocate(100), RequestFlags.NONE);
        List<BlockStatus> told = new ArrayList<>();
        node.scan(0, 1 << 20, status -> {
            told.add(status);
            assertTrue(flushed(node));
        });
        assertEquals(2, told.size());
        node.close();
    }

    private static boolean flushed(OverlayNode node) {
        try {
            node.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Clusters of 512 bytes: an L2 table maps 32 KiB. */
    @ParameterizedTest
    @CsvSource({"0, 1048576, 0", "32767, 1048576, 0", "32768, 1048576, 65536", "40000, 1048576, 58304", "40000, 7, 7",
        "98304, 1, 0", "131072, 917504, 917504"})
    void emptyRun_anyOffset_goesToTheNextL2Table(long offset, long bytes, long expected) throws IOException {
        GoodImage image = new GoodImage(3, 9, 4, 1 << 20).data(3, 1).zero(192);
        OverlayNode node = open(new StoredFile(image.bytes()));
        assertEquals(expected, node.emptyRun(offset, Math.min(bytes, (1 << 20) - offset)));
    }

    @Test
    void emptyRun_readsNoL2Table() throws IOException {
        StoredFile file = new StoredFile(GoodImage.small().data(3, 1).bytes());
        OverlayNode node = open(file);
        long before = file.bytesRead();
        node.emptyRun(0, node.size());
        assertEquals(8, file.bytesRead() - before);
    }

    @Test
    void findZeroes_preallocatedImage_agreesWithStatus() throws IOException {
        for (String mode : new String[] {"metadata", "off"}) {
            MemoryFile file = Images.create(4 << 20, "preallocation", mode, "cluster_size", "4096");
            OverlayNode writer = Images.open(file);
            writer.write(8192, ByteBuffer.allocate(5000).put(17, (byte) 1), RequestFlags.NONE);
            writer.write(1 << 20, ByteBuffer.allocate(100).put(17, (byte) 1), RequestFlags.NONE);
            writer.writeZeroes(2 << 20, 65_536, RequestFlags.NONE);
            writer.close();
            OverlayNode node = Images.openReadOnly(sparse(file));
            long zeroes = 0;
            for (long at = 0; at < node.size();) {
                BlockStatus found = node.blockStatus(at, node.size() - at, Effort.FIND_ZEROES);
                BlockStatus plain = node.blockStatus(at, node.size() - at, Effort.ALLOCATION_ONLY);
                assertEquals(found, plain instanceof BlockStatus.Data data ? node.findZeroes(data) : plain);
                zeroes += found instanceof BlockStatus.Data data && data.readsAsZeroes() ? found.bytes() : 0;
                at += found.bytes();
            }
            assertEquals(mode.equals("metadata"), zeroes > 1 << 20, mode + ": " + zeroes);
        }
    }

    private static StoredFile sparse(MemoryFile file) throws IOException {
        StoredFile stored = new StoredFile(file.size());
        ByteBuffer page = ByteBuffer.allocate(4096);
        for (long at = 0; at < file.size(); at += page.capacity()) {
            file.read(at, page.clear().limit((int) Math.min(page.capacity(), file.size() - at)), RequestFlags.NONE);
            byte[] content = Arrays.copyOf(page.array(), page.flip().limit());
            if (!Arrays.equals(content, new byte[content.length])) {
                stored.put(at, content);
            }
        }
        return stored;
    }

    @Test
    void findZeroes_ofWhatIsEncoded_isTheSame() throws IOException {
        OverlayNode node = open(new StoredFile(GoodImage.small().compressed(0, 1).bytes()));
        BlockStatus.Data data = (BlockStatus.Data) node.blockStatus(0, 512, Effort.ALLOCATION_ONLY);
        assertEquals(data, node.findZeroes(data));
    }
}
