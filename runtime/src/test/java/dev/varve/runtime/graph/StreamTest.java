// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import static dev.varve.runtime.graph.StreamFixture.CLUSTER;
import static dev.varve.runtime.graph.StreamFixture.CLUSTERS;
import static dev.varve.runtime.graph.StreamFixture.DISK;
import static dev.varve.runtime.graph.StreamFixture.HIGH;
import static dev.varve.runtime.graph.StreamFixture.LOW;
import static dev.varve.runtime.graph.StreamFixture.SIZE;
import static dev.varve.runtime.graph.StreamFixture.STEPWISE;
import static dev.varve.runtime.graph.StreamFixture.TOP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.job.Job;
import dev.varve.api.job.Job.State;
import dev.varve.api.job.StreamOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(60)
class StreamTest {
    private static ErrorKind kind(Executable refused) {
        return assertThrows(BlockException.class, refused).kind();
    }

    @Test
    void stream_withoutBase_leavesATopThatNeedsNothingBelow() throws Exception {
        try (StreamFixture chain = new StreamFixture()) {
            Job job = chain.graph.stream(TOP, StreamOptions.DEFAULT);
            assertEquals(State.COMPLETED, job.await());
            assertEquals("", chain.backing(TOP));
            chain.assertUnchanged();
            assertEquals(SIZE, job.progress().done());
            assertEquals(List.of(), chain.graph.jobs());
            // The clusters that are zero in the base come to nothing.
            assertTrue(chain.top.allocatedClusters() < CLUSTERS);
        }
    }

    @Test
    void stream_toABase_copiesOnlyWhatIsAboveIt() throws Exception {
        try (StreamFixture chain = new StreamFixture()) {
            Job job = chain.graph.stream(TOP, StreamOptions.DEFAULT.withBase(LOW));
            assertEquals(State.COMPLETED, job.await());
            assertEquals("low", chain.backing(TOP));
            chain.assertUnchanged();
            assertEquals(chain.high.allocatedClusters(), chain.top.allocatedClusters());
        }
    }

    @Test
    void stream_pastALayerThatIsShorterThanTheBase_keepsTheZeroesBehindIt() throws Exception {
        for (long lowSize : new long[] {SIZE / 2, SIZE / 2 + 512}) {
            try (StreamFixture chain = new StreamFixture(2, lowSize)) {
                assertEquals(State.COMPLETED, chain.graph.stream(TOP, StreamOptions.DEFAULT.withBase(DISK)).await());
                assertEquals("disk", chain.backing(TOP));
                chain.assertUnchanged();
            }
        }
    }

    @Test
    void stream_ofATopWithoutBacking_doesNothing() throws Exception {
        try (StreamFixture chain = new StreamFixture()) {
            chain.graph.stream(TOP, StreamOptions.DEFAULT).await();
            Job again = chain.graph.stream(TOP, StreamOptions.DEFAULT);
            assertEquals(State.COMPLETED, again.await());
            assertEquals(0, again.progress().copied());
        }
    }

    @Test
    void base_thatIsNotBelow_isRefused() throws Exception {
        try (StreamFixture chain = new StreamFixture()) {
            assertEquals(ErrorKind.NOT_FOUND,
                    kind(() -> chain.graph.stream(LOW, StreamOptions.DEFAULT.withBase(HIGH))));
            assertEquals(ErrorKind.INVALID_OPTION,
                    kind(() -> chain.graph.stream(DISK, StreamOptions.DEFAULT)));
            assertEquals(List.of(), chain.graph.jobs());
        }
    }

    @Test
    void heldChain_isNotChangedByOthers() throws Exception {
        try (StreamFixture chain = new StreamFixture()) {
            Job job = chain.pausedJob(STEPWISE);
            BlockException second = assertThrows(BlockException.class,
                    () -> chain.graph.stream(HIGH, StreamOptions.DEFAULT));
            assertEquals(ErrorKind.LOCKED, second.kind());
            assertTrue(second.getMessage().contains("'stream0'"), second.getMessage());
            assertEquals(ErrorKind.LOCKED,
                    kind(() -> chain.graph.change(editor -> editor.setBacking(HIGH, Optional.of(DISK)))));
            assertEquals(ErrorKind.LOCKED, kind(() -> chain.graph.change(editor -> editor.replace(LOW, DISK))));
            assertEquals(ErrorKind.PERMISSION, kind(() -> chain.graph.openBackend(LOW,
                    new Permissions(Set.of(Permission.WRITE), Permissions.ALL))));
            job.resume();
            assertEquals(State.COMPLETED, job.await());
            chain.graph.change(editor -> editor.setBacking(HIGH, Optional.of(DISK)));
            chain.assertUnchanged();
        }
    }

    @Test
    void write_overTheChunkThatIsCopied_waitsAndStays() throws Exception {
        try (StreamFixture chain = new StreamFixture(); BlockBackend disk = chain.open()) {
            long chunk = firstChunk(disk);
            chain.base.holdReads();
            Job job = chain.graph.stream(TOP, STEPWISE);
            chain.base.awaitRead();
            ByteBuffer beside = ByteBuffer.wrap(chain.model, (int) chunk + CLUSTER, CLUSTER);
            CompletableFuture<Void> over = write(disk, chunk + 100, (byte) 0x77);
            // No copy is under way there, and all of the cluster is written: it does not wait for the base.
            disk.write(chunk + CLUSTER, beside.slice());
            assertFalse(over.isDone());
            chain.base.letReads();
            over.get(60, TimeUnit.SECONDS);
            assertEquals(State.COMPLETED, job.await());
            chain.model[(int) chunk + 100] = 0x77;
            chain.assertUnchanged();
        }
    }

    /** Where the base is first read. */
    private static long firstChunk(BlockBackend disk) throws IOException {
        var extents = disk.extents(0, SIZE);
        while (true) {
            var extent = extents.next();
            if (extent.depth() == 3) {
                return extent.offset();
            }
        }
    }

    private static CompletableFuture<Void> write(BlockBackend disk, long offset, byte value) {
        return CompletableFuture.runAsync(() -> {
            try {
                disk.write(offset, ByteBuffer.wrap(new byte[] {value}));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void pausedJob_copiesNothing_andGoesOnWhenResumed() throws Exception {
        try (StreamFixture chain = new StreamFixture()) {
            Job job = chain.pausedJob(STEPWISE);
            int copied = chain.top.allocatedClusters();
            assertTrue(copied < CLUSTERS / 2, () -> copied + " clusters");
            chain.assertUnchanged();
            assertEquals(copied, chain.top.allocatedClusters());
            job.resume();
            assertEquals(State.COMPLETED, job.await());
            chain.assertUnchanged();
        }
    }

    @Test
    void cancelledJob_leavesTheDiskAsItWas_andAnotherOneGoesOn() throws Exception {
        try (StreamFixture chain = new StreamFixture()) {
            Job job = chain.pausedJob(STEPWISE);
            job.cancel();
            assertEquals(State.CANCELLED, job.await());
            assertEquals("high", chain.backing(TOP));
            chain.assertUnchanged();
            int copied = chain.top.allocatedClusters();
            Job next = chain.graph.stream(TOP, STEPWISE);
            assertEquals(State.COMPLETED, next.await());
            assertEquals((long) CLUSTER * (chain.top.allocatedClusters() - copied), next.progress().copied());
            chain.assertUnchanged();
        }
    }

    @Test
    void failedRead_failsTheJob_andTheGraphGoesOn() throws Exception {
        try (StreamFixture chain = new StreamFixture()) {
            chain.base.fail(true);
            Job job = chain.graph.stream(TOP, StreamOptions.DEFAULT);
            IOException failure = assertThrows(IOException.class, job::await);
            assertTrue(failure.getMessage().contains("the base fails on purpose"), failure.getMessage());
            assertTrue(failure.getMessage().contains("'disk'"), failure.getMessage());
            assertEquals(State.FAILED, job.state());
            assertEquals("high", chain.backing(TOP));
            chain.base.fail(false);
            chain.assertUnchanged();
            assertEquals(State.COMPLETED, chain.graph.stream(TOP, StreamOptions.DEFAULT).await());
            chain.assertUnchanged();
        }
    }

    @Test
    void closingTheGraph_cancelsTheJob() throws Exception {
        StreamFixture chain = new StreamFixture();
        chain.base.holdReads();
        Job job = chain.graph.stream(TOP, STEPWISE);
        chain.base.awaitRead();
        job.speed(1);
        chain.close();
        assertEquals(State.CANCELLED, job.state());
        assertEquals(0, chain.base.openNodes());
    }

    @Test
    void snapshot_whileStreaming_leavesTheJobAtItsLayer() throws Exception {
        try (StreamFixture chain = new StreamFixture(); BlockBackend disk = chain.open()) {
            Job job = chain.pausedJob(STEPWISE);
            chain.graph.change(editor -> {
                NodeName overlay = editor.add(chain.snapshot.above("top").with("node-name", "snapshot"));
                editor.replace(TOP, overlay);
            });
            job.resume();
            assertEquals(State.COMPLETED, job.await());
            assertEquals("top", chain.backing(disk.root()));
            assertEquals("", chain.backing(TOP));
            chain.assertUnchanged();
        }
    }

    @Test
    void layersOpenedForTheTopAlone_areClosedAtTheEnd() throws Exception {
        try (StreamFixture chain = new StreamFixture()) {
            NodeName other = new NodeName("other");
            chain.graph.add(chain.top.above(chain.high.above("low").options()).with("node-name", other.value()));
            int before = chain.graph.nodes().size();
            assertEquals(State.COMPLETED, chain.graph.stream(other, StreamOptions.DEFAULT).await());
            assertEquals(before - 1, chain.graph.nodes().size());
            assertTrue(chain.hasNode(LOW));
        }
    }
}
