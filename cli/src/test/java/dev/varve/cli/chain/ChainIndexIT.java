// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.ChainFilterNode;
import dev.varve.conformance.device.DiskRequest;
import dev.varve.conformance.device.RecordingFilter;
import dev.varve.conformance.workload.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the index of a chain costs, and what it does when the chain changes. */
class ChainIndexIT {
    private static final long MIB = 1 << 20;
    private static final Permissions COPYING = new Permissions(
            Set.of(Permission.CONSISTENT_READ, Permission.WRITE_UNCHANGED), Permissions.ALL);

    @TempDir
    private Path folder;

    @Test
    void reads_ofAnyOrder_askEachLayerOnceASpan() {
        Seed.run(random -> {
            ScatteredChain chain = new ScatteredChain(folder, 256 * MIB).grow(60, 20, random);
            try (BlockGraph graph = chain.open(GraphSettings.DEFAULT, Map.of(), false);
                    BlockBackend disk = graph.openBackend(ScatteredChain.name(59), Permissions.READ)) {
                long seed = random.nextLong();
                readAll(chain, disk, new Random(seed));
                ChainFilterNode.Counters first = graph.counters().chains();
                readAll(chain, disk, new Random(seed));
                ChainFilterNode.Counters second = graph.counters().chains().since(first);

                assertTrue(first.layerScans() <= 60 * (256 / 32), first::toString);
                assertEquals(0, second.layerScans());
                assertEquals(0, second.builds());
                assertEquals(0, graph.counters().layerVisits());
            }
        });
    }

    private static void readAll(ScatteredChain chain, BlockBackend disk, Random random) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
        List<Long> clusters = new ArrayList<>();
        chain.held().forEach(clusters::add);
        clusters.add(random.nextLong(disk.size() / ScatteredChain.CLUSTER));
        Collections.shuffle(clusters, random);
        for (long cluster : clusters) {
            chain.check(disk, cluster, buffer);
        }
    }

    @Test
    void reads_ofAnyOrder_readNoMoreThanThePlainWalk() {
        Seed.run(random -> {
            ScatteredChain chain = new ScatteredChain(folder, 512 * MIB).grow(40, 25, random);
            long seed = random.nextLong();
            for (int reads : new int[] {1, 10, 1_000}) {
                long walked = bytesRead(chain, GraphSettings.DEFAULT.withoutChainCollapse(), new Random(seed), reads);
                long indexed = bytesRead(chain, GraphSettings.DEFAULT, new Random(seed), reads);
                assertTrue(indexed <= walked, reads + " reads: " + indexed + " bytes with the index, " + walked
                        + " without");
            }
        });
    }

    @Test
    void read_ofWhatTheTopHolds_readsNoMoreThanThePlainWalk() {
        Seed.run(random -> {
            ScatteredChain chain = new ScatteredChain(folder, 512 * MIB).grow(40, 25, random);
            chain.grow(1, 4_000, new Random(3));
            long walked = bytesRead(chain, GraphSettings.DEFAULT.withoutChainCollapse(), new Random(3), 1);
            long indexed = bytesRead(chain, GraphSettings.DEFAULT, new Random(3), 1);
            assertTrue(indexed <= walked, indexed + " bytes with the index, " + walked + " without");
        });
    }

    @Test
    void layer_thatHeldNothing_isAskedAgainWhenItWasWritten() {
        Seed.run(random -> {
            ScatteredChain chain = new ScatteredChain(folder, 128 * MIB).grow(1, 200, random).grow(1, 0, random);
            long cluster = chain.held().iterator().next();
            try (BlockGraph graph = chain.open(GraphSettings.DEFAULT, Map.of(), true);
                    BlockBackend disk = graph.openBackend(ScatteredChain.name(1), Permissions.READ)) {
                readAll(chain, disk, random);
                assertEquals(ScatteredChain.name(0), owner(disk, cluster));
                try (BlockBackend copier = graph.openBackend(ScatteredChain.name(1), COPYING)) {
                    ByteBuffer content = ByteBuffer.allocate(ScatteredChain.CLUSTER);
                    copier.read(cluster * ScatteredChain.CLUSTER, content);
                    copier.write(cluster * ScatteredChain.CLUSTER, content.flip(), RequestFlags.WRITE_UNCHANGED);
                }
                assertEquals(ScatteredChain.name(1), owner(disk, cluster));
                readAll(chain, disk, random);
            }
        });
    }

    private static NodeName owner(BlockBackend disk, long cluster) {
        return disk.extents(cluster * ScatteredChain.CLUSTER, ScatteredChain.CLUSTER).next().node();
    }

    private static long bytesRead(ScatteredChain chain, GraphSettings settings, Random random, int reads)
            throws IOException {
        RecordingFilter files = new RecordingFilter("recording");
        try (BlockGraph graph = chain.open(settings.withDriver(files), Map.of("driver", "recording"), false);
                BlockBackend disk = graph.openBackend(ScatteredChain.name(chain.layers() - 1), Permissions.READ)) {
            files.forget();
            ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
            for (int i = 0; i < reads; i++) {
                chain.check(disk, random.nextLong(disk.size() / ScatteredChain.CLUSTER), buffer);
            }
            return files.requests(Operation.READ).stream().mapToLong(DiskRequest::bytes).sum();
        }
    }

    @Test
    void index_ofAnEnormousDisk_staysWithinItsBudget() {
        Seed.run(random -> {
            ScatteredChain chain = new ScatteredChain(folder, MIB * MIB).grow(6, 300, random);
            long budget = MIB;
            try (BlockGraph graph = chain.open(GraphSettings.DEFAULT, Map.of(), false)) {
                NodeName index = graph.add(new NodeDefinition(Map.of("driver", "chain-collapse", "file", "layer5",
                        "read-only", true, "memory", budget)));
                try (BlockBackend disk = graph.openBackend(index, Permissions.READ)) {
                    ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
                    for (int pass = 0; pass < 12_000; pass++) {
                        chain.check(disk, random.nextLong(disk.size() / ScatteredChain.CLUSTER), buffer);
                        if (pass % 100 == 0) {
                            long bytes = graph.counters().chains().bytes();
                            assertTrue(bytes <= budget, () -> bytes + " bytes");
                        }
                    }
                    readAll(chain, disk, random);
                    ChainFilterNode.Counters counters = graph.counters().chains();
                    assertTrue(counters.evictions() > 0, counters::toString);
                    assertTrue(counters.bytes() <= budget, counters::toString);
                }
            }
        });
    }

    @Test
    void layer_changedByAnotherProgram_isRefusedWhereItIsNotKnownYet() {
        Seed.run(random -> {
            ScatteredChain chain = new ScatteredChain(folder, 256 * MIB).grow(3, 4, random);
            try (BlockGraph graph = chain.open(GraphSettings.DEFAULT, Map.of("locking", "off"), false);
                    BlockBackend disk = graph.openBackend(ScatteredChain.name(2), Permissions.READ)) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
                chain.check(disk, 3, buffer);
                Files.write(chain.file(0), new byte[512], StandardOpenOption.APPEND);

                chain.check(disk, 3, buffer);
                BlockException failure = assertThrows(BlockException.class, () -> disk.read(100 * MIB, buffer.clear()));

                assertEquals(ErrorKind.CHANGED, failure.kind());
                assertTrue(failure.getMessage().contains(chain.file(0).toString()), failure::getMessage);
            }
        });
    }

    @Test
    void snapshots_andWrites_whileFourThreadsRead_giveTheRightBytes() {
        Seed.run(random -> {
            ScatteredChain chain = new ScatteredChain(folder, 128 * MIB).grow(20, 20, random);
            try (BlockGraph graph = chain.open(GraphSettings.DEFAULT, Map.of(), true);
                    BlockBackend disk = graph.openBackend(ScatteredChain.name(19), Permissions.READ_WRITE);
                    ExecutorService readers = Executors.newFixedThreadPool(4)) {
                AtomicBoolean over = new AtomicBoolean();
                List<Future<Long>> results = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    Random dice = new Random(random.nextLong());
                    results.add(readers.submit(() -> readUntil(over, chain, disk, dice)));
                }
                try {
                    for (int i = 0; i < 40; i++) {
                        chain.snapshot(graph);
                        for (int write = 0; write < 10; write++) {
                            chain.write(disk, random.nextLong(disk.size() / ScatteredChain.CLUSTER),
                                    (byte) random.nextInt());
                        }
                    }
                } finally {
                    over.set(true);
                }
                for (Future<Long> result : results) {
                    assertTrue(result.get() > 0);
                }
                assertEquals(60, chain.layers());
                readAll(chain, disk, random);
                assertTrue(graph.counters().chains().hits() > 0);
            }
        });
    }

    private static long readUntil(AtomicBoolean over, ScatteredChain chain, BlockBackend disk, Random random)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
        long reads = 0;
        do {
            chain.check(disk, random.nextLong(disk.size() / ScatteredChain.CLUSTER), buffer);
            reads++;
        } while (!over.get());
        return reads;
    }

    @Test
    void snapshot_ofAKnownChain_asksTheNewLayerOnly() {
        Seed.run(random -> {
            ScatteredChain chain = new ScatteredChain(folder, 64 * MIB).grow(30, 10, random);
            try (BlockGraph graph = chain.open(GraphSettings.DEFAULT, Map.of(), true);
                    BlockBackend disk = graph.openBackend(ScatteredChain.name(29), Permissions.READ_WRITE)) {
                readAll(chain, disk, random);
                ChainFilterNode.Counters before = graph.counters().chains();
                chain.write(disk, 7, (byte) 77);
                chain.snapshot(graph);
                readAll(chain, disk, random);
                ChainFilterNode.Counters after = graph.counters().chains().since(before);

                assertTrue(after.layerScans() <= 2, after::toString);
            }
        });
    }
}
