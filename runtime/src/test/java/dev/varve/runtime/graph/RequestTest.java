// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Extent;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.Allocation;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.NodeDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
    private static NodeDefinition ram(String name, Object... more) {
        NodeDefinition definition = new NodeDefinition(Map.of("driver", "ram", "node-name", name));
        for (int i = 0; i < more.length; i += 2) {
            definition = definition.with((String) more[i], more[i + 1]);
        }
        return definition;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 512, 4096})
    void randomRequests_onAlignedNode_equalAByteArray(long alignment) throws Exception {
        long seed = new Random().nextLong();
        System.getLogger("test").log(System.Logger.Level.INFO, "seed " + seed);
        Random random = new Random(seed);
        byte[] model = new byte[1 << 16];
        try (GraphFixture fixture = new GraphFixture()) {
            fixture.graph.add(ram("disk", "size", (long) model.length, "align", alignment));
            try (BlockBackend disk = fixture.open(new NodeName("disk"))) {
                for (int i = 0; i < 2000; i++) {
                    int offset = random.nextInt(model.length);
                    int bytes = random.nextInt(Math.min(20_000, model.length - offset) + 1);
                    byte[] data = new byte[bytes];
                    if (random.nextInt(4) == 0) {
                        disk.writeZeroes(offset, bytes, RequestFlags.NONE);
                        System.arraycopy(data, 0, model, offset, bytes);
                    } else if (random.nextBoolean()) {
                        random.nextBytes(data);
                        disk.write(offset, ByteBuffer.wrap(data));
                        System.arraycopy(data, 0, model, offset, bytes);
                    } else {
                        disk.read(offset, ByteBuffer.wrap(data));
                        assertArrayEquals(Arrays.copyOfRange(model, offset, offset + bytes), data, "seed " + seed);
                    }
                }
            }
            assertArrayEquals(model, fixture.ram.node("disk").bytes(), "seed " + seed);
        }
    }

    @Test
    void chain_ofManyLayers_readsWithoutDeepStack() throws Exception {
        try (GraphFixture fixture = new GraphFixture()) {
            NodeName top = fixture.chain(3000);
            fixture.graph.change(editor -> { });
            try (BlockBackend disk = fixture.open(top)) {
                ByteBuffer data = ByteBuffer.allocate(4096);
                Thread reader = new Thread(null, () -> {
                    try {
                        disk.read(0, data);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }, "small stack", 128 * 1024);
                reader.start();
                reader.join();
                assertEquals(0, data.remaining());
            }
        }
    }

    @Test
    void extents_ofChain_nameOwnersAndDepths() throws Exception {
        try (GraphFixture fixture = new GraphFixture()) {
            NodeName top = fixture.chain(2);
            try (BlockBackend disk = fixture.open(top)) {
                disk.write(512, ByteBuffer.wrap(new byte[512]).put(0, (byte) 1).rewind());
                List<Extent> extents = new ArrayList<>();
                disk.extents(0, 4096).forEachRemaining(extents::add);
                assertEquals(3, extents.size());
                assertEquals(new NodeName("l1"), extents.get(1).node());
                assertEquals(0, extents.get(1).depth());
                assertEquals(512, extents.get(1).location().orElseThrow().offset());
                assertFalse(extents.get(2).allocated());
                assertEquals(1, extents.get(2).depth());
                assertEquals(new Allocation(false, 512), disk.isAllocated(0, 4096));
                assertEquals(new Allocation(true, 512), disk.isAllocated(512, 3584));
                assertEquals(new Allocation(false, 4096), disk.isAllocatedAbove(top, false, 0, 4096));
                assertEquals(new Allocation(true, 512), disk.isAllocatedAbove(new NodeName("l0"), false, 512, 3584));
            }
        }
    }

    @Test
    void secondWriter_isRefusedAndNamesBothEdges() throws Exception {
        try (GraphFixture fixture = new GraphFixture()) {
            NodeName top = fixture.chain(1);
            try (BlockBackend disk = fixture.open(top)) {
                BlockException e = assertThrows(BlockException.class, () -> fixture.open(top));
                assertEquals(ErrorKind.PERMISSION, e.kind());
                assertTrue(e.getMessage().contains("'root' of a user of node 'l0'"), e.getMessage());
                fixture.graph.openBackend(top, Permissions.READ_SHARED).close();
                disk.read(0, ByteBuffer.allocate(512));
            }
            fixture.open(top).close();
        }
    }

    @Test
    void requestBeyondTheEnd_isTheCallersMistake() throws Exception {
        try (GraphFixture fixture = new GraphFixture(); BlockBackend disk = fixture.open(fixture.chain(1))) {
            assertThrows(IllegalArgumentException.class, () -> disk.read(4000, ByteBuffer.allocate(512)));
            assertThrows(IllegalArgumentException.class, () -> disk.write(-1, ByteBuffer.allocate(1)));
            disk.read(4096, ByteBuffer.allocate(0));
        }
    }

    @Test
    void flush_withNothingWritten_reachesNoNode() throws Exception {
        try (GraphFixture fixture = new GraphFixture(); BlockBackend disk = fixture.open(fixture.chain(1))) {
            disk.flush();
            assertEquals(0, fixture.ram.node("f0").flushes());
            disk.write(0, ByteBuffer.allocate(512).put(0, (byte) 1));
            disk.flush();
            disk.flush();
            assertEquals(1, fixture.ram.node("f0").flushes());
        }
    }

    @Test
    void drain_waitsAndHoldsRequestsOff() throws Exception {
        try (GraphFixture fixture = new GraphFixture(); BlockBackend disk = fixture.open(fixture.chain(1))) {
            List<String> order = Collections.synchronizedList(new ArrayList<>());
            BlockGraph.Drained drained = fixture.graph.drain(Set.of(new NodeName("f0")));
            Thread reader = new Thread(() -> {
                try {
                    disk.read(0, ByteBuffer.allocate(1));
                    order.add("read");
                } catch (IOException e) {
                    order.add(e.toString());
                }
            });
            reader.start();
            while (reader.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            order.add("drained");
            drained.close();
            reader.join();
            assertEquals(List.of("drained", "read"), order);
        }
    }

    @Test
    void failedChange_leavesTheGraphAsItWas() throws Exception {
        try (GraphFixture fixture = new GraphFixture(); BlockBackend disk = fixture.open(fixture.chain(2))) {
            String before = fixture.graph.nodes().toString();
            assertThrows(IOException.class, () -> fixture.graph.change(editor -> {
                NodeName fresh = editor.add(ram("fresh"));
                editor.setBacking(new NodeName("l0"), Optional.of(fresh));
                editor.setBacking(new NodeName("nothing"), Optional.empty());
            }));
            assertEquals(before, fixture.graph.nodes().toString());
            assertTrue(fixture.ram.node("fresh").isClosed());
            disk.read(0, ByteBuffer.allocate(512));
        }
    }

    @Test
    void cycle_isRefused() throws Exception {
        try (GraphFixture fixture = new GraphFixture()) {
            fixture.chain(2);
            BlockException e = assertThrows(BlockException.class, () -> fixture.graph.change(
                    editor -> editor.setBacking(new NodeName("l0"), Optional.of(new NodeName("l1")))));
            assertEquals(ErrorKind.INVALID_OPTION, e.kind());
        }
    }

    @Test
    void frozen_untilSomebodyWrites() throws Exception {
        try (GraphFixture fixture = new GraphFixture(); BlockBackend disk = fixture.open(fixture.chain(2))) {
            assertTrue(disk.isInserted());
            Edge backing = ((Backend) disk).edge().attached().backing();
            assertTrue(backing.isFrozen());
            assertFalse(((Backend) disk).edge().isFrozen());
        }
    }
}
