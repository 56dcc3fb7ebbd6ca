// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.ImageCheck;
import dev.varve.conformance.device.CreateStorage;
import dev.varve.conformance.device.FaultyDisk;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.workload.FlushLedger;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.Step;
import dev.varve.conformance.workload.StepMix;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each change of the storage and each flush that a workload makes fails, once or from there on. The image opens again,
 * has what was flushed, and is not corrupt.
 */
class FaultSweepTest {
    private static final int SIZE = 128 << 10;
    private static final int STEPS = 40;
    private static final List<Operation> FAILING = List.of(Operation.WRITE, Operation.FLUSH, Operation.WRITE_ZEROES,
            Operation.DISCARD, Operation.TRUNCATE);

    private final BlockLayer layer = BlockLayer.load();

    @ParameterizedTest
    @CsvSource({"512, IO, true", "512, NO_SPACE, false", "4096, IO, false"})
    void failure_ofEachRequestInTurn_losesNothingFlushed(long clusterSize, ErrorKind kind, boolean once,
            TestReporter reporter) {
        Seed.run(random -> {
            SparseContent empty = CreateStorage.create(new Qcow2Driver(), SIZE, Map.of("cluster_size", clusterSize));
            long seed = random.nextLong();
            FaultyDisk whole = new FaultyDisk("storage", empty.copy());
            work(whole, new FlushLedger(new byte[SIZE]), new Random(seed), () -> { });
            int failures = 0;
            for (Operation operation : FAILING) {
                for (long number = 0; number < whole.arrivals(operation); number++) {
                    failures += fail(empty.copy(), seed, operation, number, kind, once);
                }
            }
            assertTrue(failures > STEPS, "only " + failures + " requests failed");
            reporter.publishEntry("failures", failures + " of kind " + kind + (once ? ", one each" : ", lasting"));
        });
    }

    private int fail(SparseContent content, long seed, Operation operation, long number, ErrorKind kind, boolean once)
            throws IOException {
        FaultyDisk storage = new FaultyDisk("storage", content).failingWith(kind);
        FlushLedger ledger = new FlushLedger(new byte[SIZE]);
        work(storage, ledger, new Random(seed), () -> {
            if (once) {
                storage.failOnce(operation, number - storage.arrivals(operation));
            } else {
                storage.failFrom(operation, number - storage.arrivals(operation));
            }
        });
        int failures = storage.failures() > 0 ? 1 : 0;
        String where = operation + " number " + number;
        MemoryDisk again = new MemoryDisk("storage", content);
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT.withDriver(again))) {
            BlockBackend disk = open(graph, again);
            ledger.assertKept(disk);
            ImageCheck.assertNotCorrupt(disk);
            ImageCheck.assertCleanWithoutLeaks(disk);
        } catch (IOException | AssertionError e) {
            throw new AssertionError(where + ": " + e.getMessage(), e);
        }
        return failures;
    }

    /** Opening counts, too: the failure is planned once the disk is open. */
    private void work(FaultyDisk storage, FlushLedger ledger, Random random, Runnable opened) throws IOException {
        StepMix mix = StepMix.ofContent(12_000);
        BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT.withDriver(storage));
        BlockBackend disk = open(graph, storage);
        opened.run();
        for (int i = 0; i < STEPS; i++) {
            attempt(ledger, mix.next(random, SIZE), disk);
        }
        attempt(ledger, Step.flush(), disk);
        try {
            graph.close();
        } catch (BlockException e) {
            assertTrue(storage.failures() > 0, e::getMessage);
        }
    }

    private static void attempt(FlushLedger ledger, Step step, BlockBackend disk) throws IOException {
        try {
            ledger.step(step, disk);
        } catch (BlockException e) {
            assertTrue(!e.getMessage().isEmpty());
        }
    }

    private static BlockBackend open(BlockGraph graph, MemoryDisk storage) throws IOException {
        return graph.openBackend(graph.add(new NodeDefinition(Map.of("driver", "qcow2", "discard", "unmap", "file",
                storage.definition().options()))), Permissions.READ_WRITE);
    }
}
