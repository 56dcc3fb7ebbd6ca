// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.Extent;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.Varve;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** What {@code diff} tells is what a copy needs, from metadata alone. */
class DiffCommandTest {
    private static final int SIZE = 4 << 20;

    @TempDir
    private Path folder;

    private Path image(String name) {
        return folder.resolve(name + ".qcow2");
    }

    private void create(String name, String backing, long size) throws IOException {
        NewImage image = NewImage.of("qcow2", image(name).toString(), size).with("cluster_size", 4096L);
        Varve.layer().create(backing.isEmpty() ? image
                : image.with("backing_file", image(backing).toString()).with("backing_fmt", "qcow2"));
    }

    private static byte[] content(BlockBackend disk) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) disk.size());
        disk.read(0, all);
        return all.array();
    }

    private void change(String name, Random random, int times) throws IOException {
        try (BlockBackend disk = Varve.open(image(name), Permissions.READ_WRITE)) {
            for (int i = 0; i < times; i++) {
                int bytes = 1 + random.nextInt(20_000);
                long offset = random.nextLong(disk.size() - bytes);
                switch (random.nextInt(5)) {
                    case 0 -> disk.writeZeroes(offset, bytes, RequestFlags.MAY_UNMAP);
                    case 1 -> compress(disk, offset / 4096 * 4096, random);
                    default -> {
                        byte[] data = new byte[bytes];
                        random.nextBytes(data);
                        disk.write(offset, ByteBuffer.wrap(data));
                    }
                }
            }
        }
    }

    /** Only a new cluster can be compressed. */
    private static void compress(BlockBackend disk, long offset, Random random) throws IOException {
        if (!disk.isAllocated(offset, 4096).allocated()) {
            disk.write(offset, ByteBuffer.allocate(4096).put(7, (byte) random.nextInt()), RequestFlags.COMPRESSED);
        }
    }

    /** Copies the older disk, applies the changes, and demands the newer one. */
    private static void assertApplies(BlockBackend older, BlockBackend newer) throws IOException {
        byte[] copy = java.util.Arrays.copyOf(content(older), (int) newer.size());
        long at = 0;
        for (Iterator<Extent> changes = newer.changesSince(older); changes.hasNext();) {
            Extent extent = changes.next();
            assertTrue(extent.offset() >= at, "extents are in order");
            at = extent.end();
            if (extent.readsAsZeroes()) {
                java.util.Arrays.fill(copy, (int) extent.offset(), (int) extent.end(), (byte) 0);
            } else {
                newer.read(extent.offset(), ByteBuffer.wrap(copy, (int) extent.offset(), (int) extent.bytes()));
            }
        }
        assertArrayEquals(content(newer), copy);
    }

    @RepeatedTest(4)
    void changesSince_anyTwoOfARandomTree_makeOneOfTheOther(TestReporter reporter) throws IOException {
        long seed = Long.getLong("varve.diff.seed", System.nanoTime());
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String backing = i == 0 ? "" : names.get(random.nextInt(names.size()));
            create("n" + i, backing, SIZE - random.nextInt(4) * 512L * 1024);
            names.add("n" + i);
            change("n" + i, random, 12);
        }
        for (String one : names) {
            for (String other : names) {
                try (BlockBackend older = Varve.open(image(one)); BlockBackend newer = Varve.open(image(other))) {
                    assertApplies(older, newer);
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed + ", from " + one + " to " + other, e);
                }
            }
        }
    }

    @RepeatedTest(4)
    void changesSince_internalSnapshots_makeOneOfTheOther(TestReporter reporter) throws IOException {
        long seed = Long.getLong("varve.diff.seed", System.nanoTime());
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        create("base", "", SIZE);
        change("base", random, 10);
        create("disk", "base", SIZE);
        List<String> points = List.of("one", "two", "three", "");
        for (String point : points) {
            change("disk", random, 10);
            if (!point.isEmpty()) {
                try (BlockBackend disk = Varve.open(image("disk"), Permissions.READ_WRITE)) {
                    disk.operations().snapshots().create(point);
                    disk.truncate(disk.size() + 65_536, Preallocation.OFF);
                }
            }
        }
        for (String one : points) {
            for (String other : points) {
                try (BlockBackend older = opened(one); BlockBackend newer = opened(other)) {
                    assertApplies(older, newer);
                    assertEquals(!one.equals(other), newer.changesSince(older).hasNext(), one + " to " + other);
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed + ", from '" + one + "' to '" + other + "'", e);
                }
            }
        }
    }

    private BlockBackend opened(String snapshot) throws IOException {
        BlockBackend disk = Varve.open(image("disk"));
        if (!snapshot.isEmpty()) {
            disk.operations().snapshots().load(snapshot);
        }
        return disk;
    }

    @Test
    void diff_ofOneCluster_tellsItInTextAndJson() throws IOException {
        create("base", "", SIZE);
        create("top", "base", SIZE);
        try (BlockBackend disk = Varve.open(image("top"), Permissions.READ_WRITE)) {
            disk.write(8192, ByteBuffer.wrap(new byte[] {1}));
        }
        String text = Tool.varve("diff", image("base"), image("top")).expect(0).out();
        assertTrue(text.contains("8192    4096  data     " + image("top")), text);
        assertEquals(2, text.lines().count(), text);
        String json = Tool.varve("diff", "--output", "json", image("base"), image("top")).expect(0).out();
        assertTrue(json.contains("\"start\": 8192,") && json.contains("\"length\": 4096,"), json);
    }

    @Test
    void diffWithCompare_leavesOutWhatReadsTheSame() throws IOException {
        create("base", "", SIZE);
        create("top", "base", SIZE);
        try (BlockBackend disk = Varve.open(image("top"), Permissions.READ_WRITE)) {
            disk.write(0, ByteBuffer.allocate(4096));
            disk.write(1 << 20, ByteBuffer.wrap(new byte[] {1}));
        }
        String text = Tool.varve("diff", "--compare", image("base"), image("top")).expect(0).out();
        assertFalse(text.contains("\n      0"), text);
        assertTrue(text.contains("1048576"), text);
    }

    @Test
    void diff_ofUnrelatedDisks_isRefused() throws IOException {
        create("one", "", SIZE);
        create("two", "", SIZE);
        String err = Tool.varve("diff", image("one"), image("two")).expect(1).err();
        assertTrue(err.contains("no layer in common"), err);
    }
}
