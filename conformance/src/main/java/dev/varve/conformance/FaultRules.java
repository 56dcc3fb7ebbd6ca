// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Operation;
import dev.varve.api.graph.BlockGraph;
import dev.varve.conformance.device.FaultyDisk;
import dev.varve.conformance.workload.FlushLedger;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.Step;
import dev.varve.conformance.workload.StepMix;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.function.Executable;

/** Rules about storage that fails: the failure is told, nothing flushed is lost, nothing stays open. */
final class FaultRules {
    private static final List<Operation> KINDS = List.of(Operation.READ, Operation.WRITE, Operation.WRITE_ZEROES,
            Operation.FLUSH, Operation.TRUNCATE, Operation.DISCARD);
    private static final int[] NUMBERS = {0, 1, 2, 3, 5, 8};
    private static final int STEPS = 20;

    private final Function<String, FaultyDisk> storage;
    private final Function<FaultyDisk, Subject> image;

    /** Rules over a new image on each disk that {@code storage} makes of a name. */
    FaultRules(Function<String, FaultyDisk> storage, Function<FaultyDisk, Subject> image) {
        this.storage = storage;
        this.image = image;
    }

    void flushedDataSurvivesAFailure() {
        Seed.run(random -> {
            for (Operation kind : KINDS) {
                for (int number : NUMBERS) {
                    survive(kind, number, number % 2 == 1, random);
                }
            }
        });
    }

    private void survive(Operation kind, int number, boolean forGood, Random random) throws IOException {
        FaultyDisk below = storage.apply("faulty-" + kind.ordinal() + "-" + number);
        Subject subject = image.apply(below);
        subject.require(Trait.WRITES, Trait.STORES);
        FlushLedger ledger = new FlushLedger(subject.content());
        StepMix mix = StepMix.ofContent(100_000);
        OpenDisk disk = subject.open();
        try {
            for (int i = 0; i < STEPS; i++) {
                ledger.step(mix.next(random, subject.content().length), disk.backend());
            }
            ledger.step(Step.flush(), disk.backend());
            if (forGood) {
                below.failFrom(kind, number);
            } else {
                below.failOnce(kind, number);
            }
            for (int i = 0; i < STEPS; i++) {
                Step step = mix.next(random, subject.content().length);
                mayFail(() -> ledger.step(step, disk.backend()));
            }
        } finally {
            mayFail(disk::close);
        }
        assertTrue(below.openNodes() == 0, "the storage stayed open after a failed close");
        below.repair();
        assertUsable(subject, ledger, kind + " " + number + (forGood ? " and later" : "") + " failed");
    }

    private static void assertUsable(Subject subject, FlushLedger ledger, String when) throws IOException {
        try (OpenDisk disk = subject.open()) {
            ledger.assertKept(disk.backend());
            ImageCheck.assertNotCorrupt(disk.backend());
            ledger.step(Step.write(0, 1000, 77), disk.backend());
            ledger.step(Step.flush(), disk.backend());
            ledger.assertKept(disk.backend());
            ImageCheck.assertNotCorrupt(disk.backend());
        } catch (IOException | AssertionError e) {
            throw new AssertionError("after " + when + ": " + e.getMessage(), e);
        }
    }

    void failureWhileOpeningLeavesNothingOpen() throws IOException {
        for (int number = 0; number < 6; number++) {
            FaultyDisk below = storage.apply("unreadable-" + number);
            Subject subject = image.apply(below);
            below.failOnce(Operation.READ, number);
            try (BlockGraph graph = subject.layer().newGraph(subject.settings())) {
                boolean opened = mayFail(() -> graph.add(subject.definition()));
                assertTrue(opened || graph.nodes().isEmpty(), () -> "nodes stayed: " + graph.nodes());
            }
        }
    }

    /** Whether it went well; anything but a BlockException is a fault of its own. */
    private static boolean mayFail(Executable work) throws IOException {
        try {
            work.execute();
            return true;
        } catch (BlockException e) {
            return false;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("failing storage led to " + e, e);
        }
    }
}
