// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.conformance.device.CrashDisk;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.workload.DiskAssertions;
import dev.varve.conformance.workload.PowerCuts;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.Step;
import dev.varve.conformance.workload.StepMix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.Function;

/** Rules about power cuts: what was flushed is there, and the image can be used. */
final class PowerCutRules {
    private static final int STEPS = 60;
    private static final int CUTS = 80;

    private final CrashDisk storage;
    private final Function<MemoryDisk, Subject> image;

    PowerCutRules(CrashDisk storage, Function<MemoryDisk, Subject> image) {
        this.storage = storage;
        this.image = image;
    }

    void flushedDataSurvives() {
        Seed.run(random -> {
            Subject subject = image.apply(storage);
            subject.require(Trait.WRITES, Trait.STORES);
            PowerCuts cuts = work(subject, random);
            for (int i = 0; i < CUTS; i++) {
                PowerCuts.State state = cuts.cut(cuts.moment(random), random);
                assertSurvived(cuts, state, "cut-" + i, random);
            }
            // With nothing lost after the last event, all of the last flush is there.
            assertSurvived(cuts, new PowerCuts.State(storage.events(), storage.after(storage.events())), "last",
                    random);
        });
    }

    /** Closing flushes: a cut right after it loses nothing. */
    void closedDiskIsStable() {
        Seed.run(random -> {
            Subject subject = image.apply(storage);
            subject.require(Trait.WRITES, Trait.STORES);
            byte[] content = subject.content().clone();
            try (OpenDisk disk = subject.open()) {
                StepMix mix = StepMix.ofContent(100_000);
                for (int i = 0; i < 10; i++) {
                    Step step = mix.next(random, content.length);
                    step.applyTo(disk.backend());
                }
                disk.backend().write(1000, ByteBuffer.wrap(new byte[] {1, 2, 3}));
                content = DiskAssertions.read(disk.backend(), 0, content.length);
            }
            for (int i = 0; i < 5; i++) {
                SparseContent left = storage.powerCut(storage.events(), random);
                try (OpenDisk disk = image.apply(new MemoryDisk("closed-" + i, left)).open()) {
                    DiskAssertions.assertContent(disk.backend(), content);
                }
            }
        });
    }

    private PowerCuts work(Subject subject, Random random) throws IOException {
        PowerCuts cuts = new PowerCuts(storage, subject.content());
        StepMix mix = StepMix.ofContent(100_000);
        try (OpenDisk disk = subject.open()) {
            for (int i = 0; i < STEPS; i++) {
                cuts.step(mix.next(random, subject.content().length), disk.backend());
            }
            cuts.step(Step.flush(), disk.backend());
        }
        return cuts;
    }

    private void assertSurvived(PowerCuts cuts, PowerCuts.State state, String name, Random random)
            throws IOException {
        SparseContent left = state.storage();
        Subject subject = image.apply(new MemoryDisk(name, left));
        try (OpenDisk disk = subject.open()) {
            cuts.assertKept(state, disk.backend());
            ImageCheck.assertNotCorrupt(disk.backend());
            // Allocation goes on from what the cut left: nothing that is in use may be given out again.
            Step step = StepMix.ofContent(100_000).next(random, subject.content().length);
            step.applyTo(disk.backend());
            disk.backend().flush();
            ImageCheck.assertNotCorrupt(disk.backend());
        } catch (IOException e) {
            throw new AssertionError("power cut at event " + state.cut() + ": " + e.getMessage(), e);
        }
    }
}
