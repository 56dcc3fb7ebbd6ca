// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.conformance.workload.DiskAssertions;
import dev.varve.conformance.workload.ModelDisk;
import dev.varve.conformance.workload.Step;
import java.io.IOException;

/** Rules about changing the size. */
final class ResizeRules {
    private final Subject subject;

    ResizeRules(Subject subject) {
        this.subject = subject;
    }

    private static Step truncate(int size) {
        return new Step(Operation.TRUNCATE, 0, size, (byte) 0, RequestFlags.NONE);
    }

    void grownAreaReadsAsZeroes() throws IOException {
        subject.require(Trait.GROWS, Trait.GROWS_BY_ZEROES, Trait.STORES);
        int size = subject.content().length;
        try (OpenDisk disk = subject.open()) {
            ModelDisk model = new ModelDisk(subject.content().clone());
            model.step(Step.write(size - 1000, 1000, 1), disk.backend());
            for (int grown : new int[] {size + 512, size + 65536, 2 * size}) {
                model.step(truncate(grown), disk.backend());
                model.step(Step.write(grown - 700, 700, 2), disk.backend());
            }
            model.compare(disk.backend());
            DiskAssertions.assertStatusTellsContent(disk.graph(), disk.backend());
        }
    }

    void whatWasCutOffIsGone() throws IOException {
        subject.require(Trait.GROWS, Trait.GROWS_BY_ZEROES, Trait.SHRINKS, Trait.STORES);
        int size = subject.content().length;
        try (OpenDisk disk = subject.open()) {
            ModelDisk model = new ModelDisk(subject.content().clone());
            model.step(Step.write(0, size, 5), disk.backend());
            for (int cut : new int[] {size - 512, size - 70_144, 1024}) {
                model.step(truncate(cut), disk.backend());
                assertThrows(IllegalArgumentException.class, () -> DiskAssertions.read(disk.backend(), cut, 1));
                model.step(truncate(size), disk.backend());
            }
            model.compare(disk.backend());
        }
    }

    void newSizeIsKept() throws IOException {
        subject.require(Trait.GROWS, Trait.GROWS_BY_ZEROES, Trait.STORES, Trait.PERSISTS);
        int size = subject.content().length;
        ModelDisk model = new ModelDisk(subject.content().clone());
        reopenWith(size + 131_072, model);
        if (subject.has(Trait.SHRINKS)) {
            reopenWith(size - 65_536, model);
        }
    }

    private void reopenWith(int size, ModelDisk model) throws IOException {
        try (OpenDisk disk = subject.open()) {
            model.step(truncate(size), disk.backend());
        }
        try (OpenDisk disk = subject.open()) {
            model.compare(disk.backend());
        }
    }

    void unsupportedChangesNothing() throws IOException {
        subject.require(Trait.WRITES);
        int size = subject.content().length;
        try (OpenDisk disk = subject.open()) {
            if (!subject.has(Trait.GROWS)) {
                assertUnsupported(disk, size + 65_536);
            }
            if (!subject.has(Trait.SHRINKS)) {
                assertUnsupported(disk, size - 65_536);
            }
            DiskAssertions.assertContent(disk.backend(), subject.content());
        }
    }

    private static void assertUnsupported(OpenDisk disk, long size) {
        BlockException refusal = assertThrows(BlockException.class,
                () -> disk.backend().truncate(size, Preallocation.OFF));
        assertEquals(ErrorKind.UNSUPPORTED, refusal.kind(), refusal.getMessage());
    }

    void negativeIsTheCallersMistake() throws IOException {
        try (OpenDisk disk = subject.open()) {
            assertThrows(IllegalArgumentException.class, () -> disk.backend().truncate(-1, Preallocation.OFF));
        }
    }
}
