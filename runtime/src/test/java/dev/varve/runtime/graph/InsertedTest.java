// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.GraphCounters;
import dev.varve.api.graph.NodeDefinition;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InsertedTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void requests_onUnchangedGraph_visitNoNode(int layers) throws Exception {
        try (GraphFixture fixture = new GraphFixture(); BlockBackend disk = fixture.open(fixture.chain(layers))) {
            disk.read(0, ByteBuffer.allocate(4096));
            GraphCounters before = fixture.graph.counters();
            for (int i = 0; i < 100; i++) {
                disk.read(0, ByteBuffer.allocate(4096));
                disk.write(512, ByteBuffer.allocate(512));
                assertTrue(disk.isInserted());
            }
            GraphCounters cost = fixture.graph.counters().since(before);
            assertEquals(200, cost.requests());
            assertEquals(0, cost.insertedVisits());
        }
    }

    @Test
    void firstRequest_visitsEachNodeOnce() throws Exception {
        try (GraphFixture fixture = new GraphFixture(); BlockBackend disk = fixture.open(fixture.chain(1000))) {
            GraphCounters before = fixture.graph.counters();
            disk.read(0, ByteBuffer.allocate(4096));
            assertEquals(2000, fixture.graph.counters().since(before).insertedVisits());
        }
    }

    @Test
    void mediumTakenOutOfTheBase_nextRequestFails() throws Exception {
        try (GraphFixture fixture = new GraphFixture(); BlockBackend disk = fixture.open(fixture.chain(1000))) {
            disk.read(0, ByteBuffer.allocate(512));
            fixture.ram.node("f0").insert(false);
            BlockException e = assertThrows(BlockException.class, () -> disk.read(0, ByteBuffer.allocate(512)));
            assertEquals(ErrorKind.NO_MEDIUM, e.kind());
            assertFalse(disk.isInserted());
            fixture.ram.node("f0").insert(true);
            disk.read(0, ByteBuffer.allocate(512));
            assertTrue(disk.isInserted());
        }
    }

    @Test
    void graphChange_nextRequestSeesIt() throws Exception {
        try (GraphFixture fixture = new GraphFixture(); BlockBackend disk = fixture.open(fixture.chain(3))) {
            fixture.ram.node("f0").insert(false);
            assertFalse(disk.isInserted());
            fixture.graph.change(editor -> editor.setBacking(new NodeName("l2"), Optional.empty()));
            assertTrue(disk.isInserted());
            ByteBuffer data = ByteBuffer.allocate(512).put(0, (byte) 7);
            disk.read(0, data);
            assertEquals(0, data.get(0));
        }
    }

    @Test
    void addedEmptyNode_isSeenByTheNextRequest() throws Exception {
        try (GraphFixture fixture = new GraphFixture(); BlockBackend disk = fixture.open(fixture.chain(2))) {
            fixture.graph.add(new NodeDefinition(Map.of("driver", "ram", "node-name", "empty")));
            fixture.ram.node("empty").insert(false);
            assertTrue(disk.isInserted());
            fixture.graph.change(editor -> editor.setBacking(new NodeName("l0"),
                    Optional.of(new NodeName("empty"))));
            assertFalse(disk.isInserted());
        }
    }
}
