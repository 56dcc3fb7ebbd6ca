// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.Extent;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.Allocation;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.ReadCost;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.chain.ChainWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who holds a range is told for the longest run, with an index as by asking layer after layer. */
class AllocationRunsTest {
    private static final int LAYERS = 9;
    private static final long SIZE = 24L << 20;
    private static final Map<String, Object> PLAIN = Map.of("read-only", true, "chain-collapse", false);

    @TempDir
    private static Path folder;
    private static Path top;
    private static List<Extent> plainExtents;

    @BeforeAll
    static void writeChain() throws IOException {
        top = new ChainWriter(new ChainPlan(LAYERS, SIZE, ChainShape.MIXED)).write(folder);
        try (DiskFile plain = DiskFile.open(top, Permissions.READ, PLAIN)) {
            plainExtents = extents(plain.backend());
        }
    }

    private static List<Extent> extents(BlockBackend disk) {
        List<Extent> extents = new ArrayList<>();
        for (Iterator<Extent> each = disk.extents(0, SIZE); each.hasNext();) {
            extents.add(each.next());
        }
        return extents;
    }

    /** The longest run of one answer, from the plain walk's extents. */
    private static Allocation expected(long offset, long bytes, int layers) {
        boolean first = false;
        long known = 0;
        for (Extent extent : plainExtents) {
            if (extent.end() <= offset) {
                continue;
            }
            boolean allocated = extent.allocated() && extent.depth() < layers;
            if (known > 0 && allocated != first) {
                break;
            }
            first = allocated;
            known = Math.min(bytes, extent.end() - offset);
        }
        return new Allocation(first, known);
    }

    @Test
    void isAllocatedAbove_randomRanges_equalsThePlainWalksJoinedAnswer() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (DiskFile disk = DiskFile.openReadOnly(top);
                DiskFile plain = DiskFile.open(top, Permissions.READ, PLAIN)) {
            List<NodeName> layers = layers(disk);
            List<NodeName> plainLayers = layers(plain);
            for (int i = 0; i < 400; i++) {
                long offset = random.nextLong(SIZE);
                long bytes = 1 + random.nextLong(SIZE - offset);
                int depth = random.nextInt(LAYERS);
                boolean included = random.nextBoolean();
                int count = included ? depth + 1 : depth;
                String words = "seed " + seed + ", " + bytes + " at " + offset + ", " + count + " layers";
                Allocation wanted = count == 0 ? new Allocation(false, bytes) : expected(offset, bytes, count);
                assertEquals(wanted, disk.backend().isAllocatedAbove(layers.get(depth), included, offset, bytes),
                        words);
                assertEquals(wanted, plain.backend().isAllocatedAbove(plainLayers.get(depth), included, offset, bytes),
                        words + ", plain");
                assertEquals(expected(offset, bytes, 1), disk.backend().isAllocated(offset, bytes), words);
            }
        }
    }

    /** The layers' names by depth, told by the extents that they own. */
    private static List<NodeName> layers(DiskFile disk) {
        NodeName[] names = new NodeName[LAYERS];
        extents(disk.backend()).forEach(extent -> names[extent.depth()] = extent.node());
        return List.of(names);
    }

    @Test
    void isAllocatedAboveTheBase_wholeDisk_takesALookAnExtent() throws IOException {
        try (DiskFile disk = DiskFile.openReadOnly(top)) {
            NodeName base = layers(disk).get(LAYERS - 1);
            long hits = disk.graph().counters().chains().hits();
            long visits = disk.graph().counters().layerVisits();
            for (long at = 0; at < SIZE;) {
                at += disk.backend().isAllocatedAbove(base, true, at, SIZE - at).bytes();
            }
            // The first extent of the next answer is looked at to end this one.
            long looks = disk.graph().counters().chains().hits() - hits;
            assertTrue(looks <= 2L * plainExtents.size(), () -> looks + " looks for " + plainExtents.size());
            assertEquals(visits, disk.graph().counters().layerVisits());
        }
    }

    @Test
    void readCost_askedTwice_buildsOnceAndTellsThePlainDepth() throws IOException {
        try (DiskFile disk = DiskFile.openReadOnly(top)) {
            ReadCost first = disk.backend().readCost(0, SIZE);
            assertTrue(first.indexed() && !first.known() && first.layersAsked() >= 1, first::toString);
            ReadCost second = disk.backend().readCost(0, SIZE);
            assertEquals(new ReadCost(first.extent(), true, true, 0), second);
            assertEquals(plainExtents.get(0).depth() + 1, second.layersWithoutIndex());
        }
    }

    @Test
    void readCost_withoutIndex_countsTheLayersOfTheWalk() throws IOException {
        try (DiskFile plain = DiskFile.open(top, Permissions.READ, PLAIN)) {
            for (Extent extent : plainExtents) {
                ReadCost cost = plain.backend().readCost(extent.offset(), extent.bytes());
                assertEquals(extent.depth() + 1, cost.layersAsked(), extent::toString);
                assertEquals(cost.layersWithoutIndex(), cost.layersAsked());
                assertTrue(!cost.indexed() && !cost.known(), cost::toString);
            }
        }
    }

    @Test
    void readCost_activeLayerIsWritten_asksItAndThenTheIndex() throws IOException {
        try (DiskFile disk = DiskFile.openWritable(top, Map.of())) {
            for (Extent extent : extents(disk.backend())) {
                ReadCost cost = disk.backend().readCost(extent.offset(), extent.bytes());
                assertEquals(1, cost.layersAsked(), cost::toString);
                assertEquals(extent.depth() > 0, cost.indexed() && cost.known(), cost::toString);
            }
        }
    }

    @Test
    void readCost_outsideTheDisk_isTheCallersMistake() throws IOException {
        try (DiskFile disk = DiskFile.openReadOnly(top)) {
            assertThrows(IndexOutOfBoundsException.class,
                    () -> disk.backend().readCost(SIZE, 1));
            assertThrows(IllegalArgumentException.class,
                    () -> disk.backend().readCost(0, 0));
        }
    }
}
