// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.Extent;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.Allocation;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.conformance.workload.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** A chain reads the same and tells the same of itself through its index as when its layers are walked. */
class CollapseOracleIT {
    private static final int QUERIES = Integer.getInteger("varve.queries", 1_000_000);
    private static final int QUERIES_BETWEEN_CHANGES = 2_500;
    private static final int ROUNDS_OF_A_CHAIN = 8;

    @TempDir
    private Path folder;

    @Test
    void queries_anyChainAnyChange_equalThePlainWalk(TestReporter reporter) {
        Seed.run(random -> {
            long builds = 0;
            for (int done = 0, chain = 0; done < QUERIES; chain++) {
                int rounds = Math.min(ROUNDS_OF_A_CHAIN, 1 + (QUERIES - done) / QUERIES_BETWEEN_CHANGES);
                builds += compareChain(Files.createDirectory(folder.resolve("chain" + chain)), random, rounds);
                done += rounds * QUERIES_BETWEEN_CHANGES;
            }
            assertTrue(builds > 0, "the index was never used");
        });
    }

    private static long compareChain(Path folder, Random random, int rounds) throws IOException {
        int most = random.nextInt(6) == 0 ? 150 : 12;
        RandomChain chain = new RandomChain(folder, random, 512 * (1 + random.nextInt(6_000)));
        for (int layers = 1 + random.nextInt(most); layers > 0; layers--) {
            chain.add();
        }
        boolean writable = random.nextInt(4) > 0;
        try (BlockGraph graph = chain.graph(true, writable);
                BlockBackend disk = graph.openBackend(RandomChain.name(chain.layers() - 1),
                        writable ? Permissions.READ_WRITE : Permissions.READ)) {
            for (int round = 0; round < rounds; round++) {
                compareRound(chain, disk, random);
                if (writable) {
                    changeDisk(chain, graph, disk, random);
                }
            }
            compareRound(chain, disk, random);
            return graph.counters().chains().builds();
        }
    }

    private static void changeDisk(RandomChain chain, BlockGraph graph, BlockBackend disk, Random random)
            throws IOException {
        if (random.nextBoolean()) {
            chain.snapshot(graph);
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            chain.change(disk);
        }
        disk.flush();
    }

    private static void compareRound(RandomChain chain, BlockBackend disk, Random random) throws IOException {
        try (BlockGraph plainGraph = chain.graph(false, false);
                BlockBackend plain = plainGraph.openBackend(RandomChain.name(chain.layers() - 1),
                        Permissions.READ_SHARED)) {
            assertEquals(plain.size(), disk.size());
            for (int query = 0; query < QUERIES_BETWEEN_CHANGES; query++) {
                compare(chain, disk, plain, random);
            }
            assertEquals(0, plainGraph.counters().chains().builds());
        }
    }

    private static void compare(RandomChain chain, BlockBackend disk, BlockBackend plain, Random random)
            throws IOException {
        int size = (int) disk.size();
        int offset = random.nextInt(size);
        int bytes = Math.min(size - offset, 1 + random.nextInt(random.nextInt(20) == 0 ? 300_000 : 5_000));
        String where = " of " + bytes + " bytes at " + offset + " of " + chain.layers() + " layers";
        switch (random.nextInt(8)) {
            case 0 -> assertEquals(extents(plain, offset, bytes), extents(disk, offset, bytes), "extents" + where);
            case 1 -> assertEquals(joined(at -> plain.isAllocated(at, offset + bytes - at), offset, bytes),
                    joined(at -> disk.isAllocated(at, offset + bytes - at), offset, bytes), "isAllocated" + where);
            case 2 -> {
                NodeName base = RandomChain.name(random.nextInt(chain.lowestInChain(), chain.layers()));
                boolean itself = random.nextBoolean();
                assertEquals(
                        joined(at -> plain.isAllocatedAbove(base, itself, at, offset + bytes - at), offset, bytes),
                        joined(at -> disk.isAllocatedAbove(base, itself, at, offset + bytes - at), offset, bytes),
                        "isAllocatedAbove " + base + (itself ? " and itself" : "") + where);
            }
            default -> assertArrayEquals(read(plain, offset, bytes), read(disk, offset, bytes), "read" + where);
        }
    }

    private static List<Extent> extents(BlockBackend disk, int offset, int bytes) {
        List<Extent> all = new ArrayList<>();
        disk.extents(offset, bytes).forEachRemaining(extent -> {
            Extent known = withoutZeroesInData(extent);
            if (!all.isEmpty() && all.getLast().continuedBy(known)) {
                known = all.removeLast().joinedWith(known);
            }
            all.add(known);
        });
        return all;
    }

    /** Whether data is looked through for zeroes is decided when an image is first asked, so it may differ. */
    private static Extent withoutZeroesInData(Extent extent) {
        return extent.content() != Extent.Content.ZERO_DATA ? extent
                : new Extent(extent.offset(), extent.bytes(), Extent.Content.DATA, extent.allocated(), extent.depth(),
                        extent.node(), extent.location());
    }

    /** Answers a question about an offset. */
    private interface Question {
        Allocation at(long offset) throws IOException;
    }

    /** The longest run with one answer. */
    private static Allocation joined(Question question, int offset, int bytes) throws IOException {
        Allocation first = question.at(offset);
        long run = first.bytes();
        while (run < bytes) {
            Allocation next = question.at(offset + run);
            if (next.allocated() != first.allocated()) {
                break;
            }
            run += next.bytes();
        }
        return new Allocation(first.allocated(), run);
    }

    private static byte[] read(BlockBackend disk, int offset, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        disk.read(offset, ByteBuffer.wrap(content));
        return content;
    }
}
