// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.SharedObject;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ThrottleTest {
    private static final int SIZE = 1 << 20;

    private final BlockLayer layer = BlockLayer.load();
    private final MemoryDisk disk = new MemoryDisk("child", SparseContent.ofSize(SIZE));

    private SharedObject group(Map<String, Object> limits) throws BlockException {
        return layer.newObject(Map.of("qom-type", "throttle-group", "id", "tg0", "limits", limits));
    }

    private NodeDefinition throttled() {
        return new NodeDefinition(Map.of("driver", "throttle", "node-name", "top", "throttle-group", "tg0", "file",
                disk.definition().options()));
    }

    @Test
    void open_withoutItsGroup_namesIt() throws IOException {
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT.withDriver(disk))) {
            BlockException refusal = assertThrows(BlockException.class, () -> graph.add(throttled()));
            assertEquals(ErrorKind.NOT_FOUND, refusal.kind());
            assertEquals("throttle-group 'tg0' does not exist", refusal.problem());
        }
    }

    @Test
    void group_definedWithDots_hasItsLimits() throws BlockException {
        SharedObject group = layer.newObject(Map.of("qom-type", "throttle-group", "id", "a", "x-iops-total", "7",
                "limits.bps-read", "4k"));
        assertEquals(7L, group.properties().get("limits.iops-total"));
        assertEquals(4096L, group.properties().get("limits.bps-read"));
    }

    /** A request that would have to wait for an hour. */
    @Test
    @Timeout(30)
    void drain_ofThrottledRequests_letsThemGo() throws Exception {
        SharedObject group = group(Map.of("bps-total", 1000L));
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT.withDriver(disk).withObject(group))) {
            NodeName node = graph.add(throttled());
            try (BlockBackend backend = graph.openBackend(node, Permissions.READ)) {
                backend.read(0, ByteBuffer.allocate(SIZE));
                Thread held = Thread.ofPlatform().start(() -> read(backend));
                while (held.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }
                graph.drain(Set.of(node)).close();
                held.join();
            }
        }
    }

    private static void read(BlockBackend backend) {
        try {
            backend.read(0, ByteBuffer.allocate(SIZE));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Timeout(30)
    void change_ofTheLimits_letsHeldRequestsLookAgain() throws Exception {
        SharedObject group = group(Map.of("bps-total", 1000L));
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT.withDriver(disk).withObject(group));
                BlockBackend backend = graph.openBackend(graph.add(throttled()), Permissions.READ)) {
            backend.read(0, ByteBuffer.allocate(SIZE));
            Thread held = Thread.ofPlatform().start(() -> read(backend));
            while (held.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            group.change(Map.of("limits.bps-total", 1L << 40));
            held.join();
        }
    }
}
