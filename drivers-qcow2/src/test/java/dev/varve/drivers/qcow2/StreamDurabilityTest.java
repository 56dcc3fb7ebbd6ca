// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.job.Job;
import dev.varve.api.job.StreamOptions;
import dev.varve.conformance.device.CrashDisk;
import dev.varve.conformance.device.CreateStorage;
import dev.varve.conformance.device.FaultyDisk;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.workload.Seed;
import dev.varve.drivers.qcow2.layout.Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The storage of the top fails, or loses its power, while a chain is streamed into it: the disk reads the same with
 * whatever backing file its image names then.
 */
class StreamDurabilityTest {
    private static final int SIZE = 2 << 20;
    private static final int CUTS = 40;
    private static final int FAULTS = 15;
    private static final NodeName TOP = new NodeName("top");

    private final BlockLayer layer = BlockLayer.load();
    private SparseContent base = SparseContent.ofSize(0);
    private SparseContent middle = SparseContent.ofSize(0);
    private byte[] expected = new byte[0];

    private void makeChain(Random random, long cluster) throws IOException {
        byte[] bytes = new byte[SIZE];
        random.nextBytes(bytes);
        base = SparseContent.of(bytes);
        middle = CreateStorage.create(new Qcow2Driver(), SIZE, Map.of("cluster_size", cluster));
        try (BlockGraph graph = graph(new MemoryDisk("storage", SparseContent.ofSize(0)))) {
            NodeName node = graph.add(middle());
            BlockBackend disk = graph.openBackend(node, Permissions.READ_WRITE);
            for (int i = 0; i < 30; i++) {
                int offset = random.nextInt(SIZE - 100_000);
                int length = 1 + random.nextInt(100_000);
                if (i % 3 == 0) {
                    disk.writeZeroes(offset, length, RequestFlags.MAY_UNMAP);
                } else {
                    byte[] data = new byte[length];
                    random.nextBytes(data);
                    disk.write(offset, ByteBuffer.wrap(data));
                }
            }
            expected = content(disk);
        }
    }

    private static SparseContent emptyTop(long cluster) throws IOException {
        return CreateStorage.create(new Qcow2Driver(), SIZE,
                Map.of("cluster_size", cluster, "backing_file", "middle", "backing_fmt", "qcow2"));
    }

    private static byte[] content(BlockBackend disk) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(SIZE);
        disk.read(0, all);
        return all.array();
    }

    private BlockGraph graph(MemoryDisk storage) {
        return layer.newGraph(GraphSettings.DEFAULT.withDriver(storage)
                .withDriver(new MemoryDisk("base", base)).withDriver(new MemoryDisk("middle", middle)));
    }

    private static NodeDefinition middle() {
        return new NodeDefinition(Map.of("driver", "qcow2", "node-name", "middle-layer", "file",
                Map.of("driver", "middle"), "backing", Map.of("driver", "base", "node-name", "base-layer")));
    }

    /** The top above what its image names. */
    private static BlockBackend open(BlockGraph graph, SparseContent storage) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(65536);
        storage.read(0, head);
        Optional<ImageReference> named = Qcow2Driver.backingReference(
                Header.parse(head.flip(), storage.size()));
        Map<String, Object> options = new LinkedHashMap<>(Map.of("driver", "qcow2", "node-name", TOP.value(), "file",
                Map.of("driver", "storage")));
        options.put("backing", switch (named.map(ImageReference::name).orElse("")) {
            case "" -> null;
            case "middle" -> middle().options();
            case "base" -> Map.of("driver", "base", "node-name", "base-layer");
            default -> throw new AssertionError(named);
        });
        return graph.openBackend(graph.add(new NodeDefinition(options)), Permissions.READ_WRITE);
    }

    private static StreamOptions options(boolean toBase, Random random) {
        StreamOptions options = StreamOptions.DEFAULT.withRequests(4096 << random.nextInt(6), 1 + random.nextInt(3));
        return toBase ? options.withBase(new NodeName("base-layer")).withBackingFile("base") : options;
    }

    private void assertReadsTheSame(SparseContent storage) throws IOException {
        try (BlockGraph graph = graph(new MemoryDisk("storage", storage)); BlockBackend disk = open(graph, storage)) {
            assertArrayEquals(expected, content(disk));
            CheckReport report = disk.check(finding -> { });
            assertEquals(0, report.corruptions() + report.checkErrors());
        }
    }

    @ParameterizedTest
    @CsvSource({"4096, false", "4096, true", "65536, false", "65536, true", "512, false"})
    void powerCut_atAnyMoment_changesNothing(long cluster, boolean toBase) {
        Seed.run(random -> {
            makeChain(random, cluster);
            CrashDisk storage = new CrashDisk("storage", emptyTop(cluster));
            try (BlockGraph graph = graph(storage); BlockBackend disk = open(graph, storage.content())) {
                Job job = graph.stream(TOP, options(toBase, random));
                assertEquals(Job.State.COMPLETED, job.await());
                assertArrayEquals(expected, content(disk));
            }
            for (int i = 0; i < CUTS; i++) {
                int cut = i == 0 ? storage.events() : random.nextInt(storage.events() + 1);
                assertReadsTheSame(storage.powerCut(cut, random));
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"4096, false", "4096, true", "65536, false"})
    void failedWrite_failsTheJob_andTheNextOneGoesOn(long cluster, boolean toBase) {
        Seed.run(random -> {
            makeChain(random, cluster);
            for (int i = 0; i < FAULTS; i++) {
                FaultyDisk storage = new FaultyDisk("storage", emptyTop(cluster));
                storage.failFrom(random.nextInt(4) == 0 ? Operation.FLUSH : Operation.WRITE, random.nextInt(40));
                boolean failed = streamFails(storage, options(toBase, random));
                storage.repair();
                assertReadsTheSame(storage.content());
                if (failed) {
                    try (BlockGraph graph = graph(storage); BlockBackend disk = open(graph, storage.content())) {
                        assertEquals(Job.State.COMPLETED, graph.stream(TOP, options(false, random)).await());
                        assertArrayEquals(expected, content(disk));
                    }
                    assertReadsTheSame(storage.content());
                }
            }
        });
    }

    private boolean streamFails(FaultyDisk storage, StreamOptions options) throws IOException {
        BlockGraph graph = graph(storage);
        BlockBackend disk = open(graph, storage.content());
        Job job = graph.stream(TOP, options);
        boolean failed = false;
        try {
            job.await();
        } catch (IOException e) {
            assertTrue(e.getMessage().contains("the device failed on purpose"), e.getMessage());
            assertEquals(Job.State.FAILED, job.state());
            failed = true;
        }
        assertArrayEquals(expected, content(disk));
        assertTrue(graph.jobs().isEmpty());
        try {
            graph.close();
        } catch (IOException e) {
            assertTrue(failed, e.getMessage());
        }
        return failed;
    }
}
