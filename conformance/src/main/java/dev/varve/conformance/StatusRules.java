// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.block.RequestFlags;
import dev.varve.conformance.workload.DiskAssertions;
import dev.varve.conformance.workload.ModelDisk;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.StepMix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Rules about block status: what it says is what is read. */
final class StatusRules {
    private static final int ROUNDS = 8;
    private static final int STEPS = 10;

    private final Subject subject;

    StatusRules(Subject subject) {
        this.subject = subject;
    }

    void newImageIsToldAsItIs() throws IOException {
        subject.require(Trait.STORES);
        try (OpenDisk disk = subject.open()) {
            DiskAssertions.assertStatusTellsContent(disk.graph(), disk.backend());
            long size = disk.backend().size();
            for (long bytes : new long[] {1, 512, 4096, 70_000}) {
                for (long offset = 0; offset <= size - bytes; offset += size / 10) {
                    DiskAssertions.assertStatusTellsContent(disk.graph(), disk.backend(), offset, bytes);
                }
            }
        }
    }

    void changesAreToldAsTheyAre() {
        subject.require(Trait.WRITES, Trait.STORES);
        Seed.run(random -> {
            try (OpenDisk disk = subject.open()) {
                ModelDisk model = new ModelDisk(subject.content().clone());
                StepMix mix = StepMix.ofContent(model.size() / 8);
                for (int round = 0; round < ROUNDS; round++) {
                    for (int i = 0; i < STEPS; i++) {
                        model.step(mix.next(random, model.size()), disk.backend());
                    }
                    DiskAssertions.assertStatusTellsContent(disk.graph(), disk.backend());
                }
            }
        });
    }

    void whatWasWrittenIsAllocated() throws IOException {
        subject.require(Trait.WRITES, Trait.STORES);
        try (OpenDisk disk = subject.open()) {
            byte[] data = new byte[65536];
            Arrays.fill(data, (byte) 3);
            disk.backend().write(65536, ByteBuffer.wrap(data), RequestFlags.NONE);
            long end = 2 * 65536;
            for (long offset = 65536; offset < end;) {
                var told = disk.backend().isAllocated(offset, end - offset);
                if (!told.allocated()) {
                    throw new AssertionError("offset " + offset + " was written and is told to be " + told);
                }
                offset += told.bytes();
            }
        }
    }
}
