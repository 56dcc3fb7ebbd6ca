// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.BlockBackend;
import dev.varve.conformance.workload.ModelDisk;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.Step;
import dev.varve.conformance.workload.StepMix;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.function.Executable;

/** Rules about what stays when a disk is closed, and what does not. */
final class DurabilityRules {
    private static final int ROUNDS = 6;
    private static final int STEPS = 25;

    private final Subject subject;

    DurabilityRules(Subject subject) {
        this.subject = subject;
    }

    void reopeningKeepsAll() {
        subject.require(Trait.WRITES, Trait.STORES, Trait.PERSISTS);
        Seed.run(random -> {
            ModelDisk model = new ModelDisk(subject.content().clone());
            StepMix mix = StepMix.ofContent(model.size() / 6);
            for (int round = 0; round < ROUNDS; round++) {
                try (OpenDisk disk = subject.open()) {
                    model.compare(disk.backend());
                    for (int i = 0; i < STEPS; i++) {
                        model.step(mix.next(random, model.size()), disk.backend());
                    }
                    // Every other round something is left for closing to write.
                    Step last = round % 2 == 0 ? Step.flush() : Step.write(random.nextInt(model.size() - 1), 1, 99);
                    model.step(last, disk.backend());
                }
                try (OpenDisk disk = subject.has(Trait.OPENS_READ_ONLY) ? subject.openReadOnly() : subject.open()) {
                    model.compare(disk.backend());
                }
            }
        });
    }

    void closedDiskRefusesRequests() throws IOException {
        OpenDisk disk = subject.open();
        BlockBackend backend = disk.backend();
        disk.close();
        assertClosed(() -> backend.read(0, ByteBuffer.allocate(1)));
        assertClosed(() -> backend.write(0, ByteBuffer.allocate(1)));
        assertClosed(backend::flush);
        backend.close();
        disk.close();
    }

    private static void assertClosed(Executable request) {
        BlockException refusal = assertThrows(BlockException.class, request);
        assertEquals(ErrorKind.CLOSED, refusal.kind(), refusal.getMessage());
    }

    void manyOpeningsLeaveNothingBehind() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (OpenDisk disk = subject.open()) {
                disk.backend().read(0, ByteBuffer.allocate(512));
            }
        }
    }
}
