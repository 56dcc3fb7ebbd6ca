// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.conformance.workload.DiskAssertions;
import dev.varve.conformance.workload.ModelDisk;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.Step;
import dev.varve.conformance.workload.StepMix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.function.Executable;

/** Rules about changing what a disk holds. */
final class WriteRules {
    private static final int STEPS = 300;
    private static final int LONGEST = 300_000;

    private final Subject subject;

    WriteRules(Subject subject) {
        this.subject = subject;
    }

    void pastTheEndIsRefused() throws IOException {
        subject.require(Trait.WRITES);
        try (OpenDisk disk = subject.open()) {
            BlockBackend backend = disk.backend();
            long size = backend.size();
            for (long offset : new long[] {size, size - 511, size + 65536, -512, Long.MAX_VALUE - 100}) {
                assertThrows(IllegalArgumentException.class, () -> backend.write(offset, ByteBuffer.allocate(512)));
                assertThrows(IllegalArgumentException.class,
                        () -> backend.writeZeroes(offset, 512, RequestFlags.NONE));
                assertThrows(IllegalArgumentException.class, () -> backend.discard(offset, 512));
            }
            DiskAssertions.assertContent(backend, subject.content());
        }
    }

    void everyLengthAtBothEndsReadsBack() throws IOException {
        subject.require(Trait.WRITES, Trait.STORES);
        try (OpenDisk disk = subject.open()) {
            ModelDisk model = new ModelDisk(subject.content().clone());
            int fill = 1;
            for (int bytes : new int[] {1, 2, 511, 512, 513, 4096, 65535, 65536, 65537}) {
                for (int offset : new int[] {0, 1, 65536 - 1, model.size() / 2, model.size() - bytes}) {
                    model.step(Step.write(offset, bytes, fill++), disk.backend());
                }
            }
            model.compare(disk.backend());
        }
    }

    void zeroesReadAsZeroes() throws IOException {
        subject.require(Trait.WRITES, Trait.STORES);
        List<RequestFlags> flags = List.of(RequestFlags.NONE, RequestFlags.MAY_UNMAP, RequestFlags.NO_FALLBACK,
                RequestFlags.FUA, RequestFlags.MAY_UNMAP.with(RequestFlags.NO_FALLBACK));
        try (OpenDisk disk = subject.open()) {
            ModelDisk model = new ModelDisk(subject.content().clone());
            for (RequestFlags flag : flags) {
                model.step(Step.write(0, model.size(), 7), disk.backend());
                for (int bytes : new int[] {1, 512, 4096, 65536, 200_000, model.size()}) {
                    int offset = (model.size() - bytes) / 3;
                    model.step(new Step(Operation.WRITE_ZEROES, offset, bytes, (byte) 0, flag), disk.backend());
                }
                model.compare(disk.backend());
            }
        }
    }

    void discardKeepsToItsRangeAndStaysAsItIs() throws IOException {
        subject.require(Trait.WRITES, Trait.STORES);
        try (OpenDisk disk = subject.open()) {
            ModelDisk model = new ModelDisk(subject.content().clone());
            model.step(Step.write(0, model.size(), 9), disk.backend());
            for (int bytes : new int[] {1, 512, 4096, 65536, 200_000}) {
                int offset = (model.size() - bytes) / 3;
                model.step(new Step(Operation.DISCARD, offset, bytes, (byte) 0, RequestFlags.NONE), disk.backend());
                model.compare(disk.backend());
            }
        }
    }

    void randomOperationsEqualAnArray() {
        subject.require(Trait.WRITES, Trait.STORES);
        Seed.run(random -> {
            ModelDisk model = new ModelDisk(subject.content().clone());
            StepMix mix = StepMix.ofContent(LONGEST);
            if (subject.has(Trait.GROWS) && subject.has(Trait.GROWS_BY_ZEROES)) {
                mix = mix.andSize(subject.has(Trait.SHRINKS));
            }
            OpenDisk disk = subject.open();
            try {
                for (int i = 0; i < STEPS; i++) {
                    if (i % 40 == 39 && subject.has(Trait.PERSISTS)) {
                        disk.close();
                        disk = subject.open();
                        model.compare(disk.backend());
                    }
                    stepAndLook(model, mix, random, disk);
                }
                model.compare(disk.backend());
                DiskAssertions.assertStatusTellsContent(disk.graph(), disk.backend());
            } finally {
                disk.close();
            }
        });
    }

    private static void stepAndLook(ModelDisk model, StepMix mix, Random random, OpenDisk disk) throws IOException {
        model.step(mix.next(random, model.size()), disk.backend());
        if (random.nextInt(50) == 0) {
            DiskAssertions.assertStatusTellsContent(disk.graph(), disk.backend());
        }
    }

    void readOnlyRefusesToChange() throws IOException {
        subject.require(Trait.OPENS_READ_ONLY);
        try (OpenDisk disk = subject.openReadOnly()) {
            BlockBackend backend = disk.backend();
            assertReadOnly(() -> backend.write(0, ByteBuffer.allocate(512)));
            assertReadOnly(() -> backend.writeZeroes(0, 512, RequestFlags.NONE));
            assertReadOnly(() -> backend.discard(0, 512));
            assertReadOnly(() -> backend.truncate(0, Preallocation.OFF));
            DiskAssertions.assertContent(backend, subject.content());
        }
    }

    void readOnlyCannotBeOpenedForWriting() {
        assertReadOnly(() -> {
            try (OpenDisk disk = subject.open(subject.definition().with("read-only", Boolean.TRUE),
                    Permissions.READ_WRITE)) {
                disk.backend().size();
            }
        });
    }

    private static void assertReadOnly(Executable change) {
        BlockException refusal = assertThrows(BlockException.class, change);
        assertTrue(Set.of(ErrorKind.READ_ONLY, ErrorKind.PERMISSION).contains(refusal.kind()),
                () -> "kind " + refusal.kind() + " of: " + refusal.getMessage());
    }

    void writeMovesNoSize() throws IOException {
        subject.require(Trait.WRITES);
        try (OpenDisk disk = subject.open()) {
            long size = disk.backend().size();
            disk.backend().write(size - 1, ByteBuffer.allocate(1));
            disk.backend().writeZeroes(0, size, RequestFlags.NONE);
            disk.backend().discard(0, size);
            assertEquals(size, disk.backend().size());
        }
    }
}
