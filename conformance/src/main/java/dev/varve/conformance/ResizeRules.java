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
        subject.require(Trait.RESIZES, Trait.STORES);
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
        subject.require(Trait.RESIZES, Trait.STORES);
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
        subject.require(Trait.RESIZES, Trait.STORES, Trait.PERSISTS);
        int size = subject.content().length;
        ModelDisk model = new ModelDisk(subject.content().clone());
        for (int changed : new int[] {size + 131_072, size - 65_536}) {
            try (OpenDisk disk = subject.open()) {
                model.step(truncate(changed), disk.backend());
            }
            try (OpenDisk disk = subject.open()) {
                model.compare(disk.backend());
            }
        }
    }

    void unsupportedChangesNothing() throws IOException {
        subject.require(Trait.WRITES);
        if (subject.has(Trait.RESIZES)) {
            return;
        }
        try (OpenDisk disk = subject.open()) {
            long size = disk.backend().size();
            BlockException refusal = assertThrows(BlockException.class,
                    () -> disk.backend().truncate(size + 65536, Preallocation.OFF));
            assertEquals(ErrorKind.UNSUPPORTED, refusal.kind(), refusal.getMessage());
            assertEquals(size, disk.backend().size());
        }
    }

    void negativeIsTheCallersMistake() throws IOException {
        try (OpenDisk disk = subject.open()) {
            assertThrows(IllegalArgumentException.class, () -> disk.backend().truncate(-1, Preallocation.OFF));
        }
    }
}
