// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.conformance.workload.ModelDisk;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.StepMix;

/** Rules about a format's own check. */
final class CheckRules {
    private static final int STEPS = 200;

    private final Subject subject;

    CheckRules(Subject subject) {
        this.subject = subject;
    }

    void randomOperationsLeaveItClean() {
        subject.require(Trait.WRITES, Trait.STORES);
        Seed.run(random -> {
            ModelDisk model = new ModelDisk(subject.content().clone());
            StepMix mix = StepMix.ofContent(100_000);
            try (OpenDisk disk = subject.open()) {
                ImageCheck.assertClean(disk.backend());
                for (int i = 0; i < STEPS; i++) {
                    model.step(mix.next(random, model.size()), disk.backend());
                }
                disk.backend().flush();
                ImageCheck.assertClean(disk.backend());
            }
            try (OpenDisk disk = subject.open()) {
                model.compare(disk.backend());
                ImageCheck.assertClean(disk.backend());
            }
        });
    }
}
