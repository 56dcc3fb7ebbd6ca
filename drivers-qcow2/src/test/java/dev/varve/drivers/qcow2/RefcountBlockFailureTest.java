// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.device.CreateStorage;
import dev.varve.conformance.device.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A read of metadata fails once while refcount blocks are added. */
class RefcountBlockFailureTest {
    private static final int SIZE = 400 << 10;
    private static final int CLUSTER = 512;

    private final BlockLayer layer = BlockLayer.load();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void readOfMetadata_failsOnceDuringAllocation_corruptsNothing(int number) throws IOException {
        FaultyDisk storage = new FaultyDisk("storage",
                CreateStorage.create(new Qcow2Driver(), SIZE, Map.of("cluster_size", (long) CLUSTER)));
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT.withDriver(storage))) {
            BlockBackend disk = open(graph);
            storage.failOnce(Operation.READ, number);
            for (int offset = 0; offset < SIZE; offset += CLUSTER) {
                write(disk, offset);
            }
        } catch (BlockException e) {
            // A node that refuses to go on is as good.
        }
        storage.repair();
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT.withDriver(storage))) {
            List<CheckFinding> findings = new ArrayList<>();
            assertEquals(0, open(graph).check(findings::add).corruptions(), findings::toString);
        }
    }

    private static BlockBackend open(BlockGraph graph) throws IOException {
        NodeDefinition definition = new NodeDefinition(Map.of("driver", "qcow2", "file", Map.of("driver", "storage")));
        return graph.openBackend(graph.add(definition), Permissions.READ_WRITE);
    }

    private static void write(BlockBackend disk, int offset) throws IOException {
        try {
            disk.write(offset, ByteBuffer.allocate(CLUSTER).put(0, (byte) 1));
        } catch (BlockException e) {
            // One of them meets the failure.
        }
    }
}
