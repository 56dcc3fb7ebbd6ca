// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.DebugEvent;
import dev.varve.conformance.ImageCheck;
import dev.varve.conformance.device.CreateStorage;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.workload.FlushLedger;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.Step;
import dev.varve.conformance.workload.StepMix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * At each of the points that drivers and the request path tell of, requests begin to fail, once or for good. The image
 * opens again, has what was flushed, and has leaks at the most.
 */
class DebugEventSweepTest {
    private static final int SIZE = 256 << 10;
    private static final int STEPS = 50;
    private static final long NO_SPACE = 28;
    private static final long FAILED = 5;

    private final BlockLayer layer = BlockLayer.load();

    @Test
    void failures_afterEachEvent_loseNothingFlushed(TestReporter reporter) {
        Seed.run(random -> {
            SparseContent empty = newImage();
            Set<String> fired = new TreeSet<>();
            for (DebugEvent event : DebugEvent.values()) {
                for (long errno : new long[] {FAILED, NO_SPACE}) {
                    for (boolean once : new boolean[] {true, false}) {
                        if (event != DebugEvent.NONE && fails(empty.copy(), random, event, errno, once)) {
                            fired.add(event.word());
                        }
                    }
                }
            }
            reporter.publishEntry("events that made failures", fired.size() + ": " + fired);
            assertTrue(fired.containsAll(Set.of("pwritev", "flush_to_disk", "flush_to_os")), fired::toString);
        });
    }

    @Test
    void nameWithoutConfig_ofAFormatsStorage_leadsToTheFileItself(@TempDir Path folder) throws IOException {
        Path image = Files.write(folder.resolve("disk.qcow2"), newImage().toByteArray());
        NodeDefinition definition = layer.parseName("blkdebug::" + image).with("driver", "qcow2");
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT)) {
            BlockBackend disk = graph.openBackend(graph.add(definition), Permissions.READ_WRITE);
            assertEquals(SIZE, disk.size());
        }
    }

    private SparseContent newImage() throws IOException {
        return CreateStorage.create(layer.drivers().stream().filter(driver -> driver.name().equals("qcow2"))
                .findFirst().orElseThrow(), SIZE, Map.of("cluster_size", 512L));
    }

    private boolean fails(SparseContent content, Random random, DebugEvent event, long errno, boolean once)
            throws IOException {
        String where = "event " + event.word() + ", errno " + errno + (once ? ", once" : "");
        MemoryDisk storage = new MemoryDisk("storage", content);
        FlushLedger ledger = new FlushLedger(new byte[SIZE]);
        Map<String, Object> faulty = Map.of("driver", "blkdebug", "image", storage.definition().options(),
                "inject-error", List.of(Map.of("event", event.word(), "errno", errno, "once", once, "state", 2L)),
                // The event counts from its second time on, so that something is there to be lost.
                "set-state", List.of(Map.of("event", event.word(), "state", 1L, "new_state", 2L)));
        boolean failed = work(storage, faulty, ledger, random);
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT.withDriver(storage))) {
            BlockBackend disk = open(graph, storage.definition().options());
            ledger.assertKept(disk);
            ImageCheck.assertNotCorrupt(disk);
            ImageCheck.assertCleanWithoutLeaks(disk);
        } catch (IOException | AssertionError e) {
            throw new AssertionError(where + ": " + e.getMessage(), e);
        }
        return failed;
    }

    private boolean work(MemoryDisk storage, Map<String, Object> file, FlushLedger ledger, Random random)
            throws IOException {
        StepMix mix = StepMix.ofContent(20_000);
        boolean failed = false;
        BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT.withDriver(storage));
        try {
            BlockBackend disk = open(graph, file);
            for (int i = 0; i < STEPS; i++) {
                failed |= attempt(ledger, mix.next(random, SIZE), disk);
            }
            failed |= attempt(ledger, Step.flush(), disk);
        } catch (BlockException e) {
            failed = true;
        }
        try {
            graph.close();
        } catch (BlockException e) {
            failed = true;
        }
        return failed;
    }

    private static boolean attempt(FlushLedger ledger, Step step, BlockBackend disk) throws IOException {
        try {
            ledger.step(step, disk);
            return false;
        } catch (BlockException e) {
            return true;
        }
    }

    private static BlockBackend open(BlockGraph graph, Map<String, ?> file) throws IOException {
        return graph.openBackend(graph.add(new NodeDefinition(Map.of("driver", "qcow2", "discard", "unmap", "file",
                file))), Permissions.READ_WRITE);
    }
}
