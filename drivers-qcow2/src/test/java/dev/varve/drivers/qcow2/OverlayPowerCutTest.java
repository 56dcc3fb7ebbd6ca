// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.device.CrashDisk;
import dev.varve.conformance.device.CreateStorage;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.workload.PowerCuts;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.Step;
import dev.varve.conformance.workload.StepMix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The power fails during a random workload on an overlay: whatever of the unflushed changes reached the disk, the image
 * opens, holds all that was flushed, and is not corrupt; QEMU agrees.
 */
class OverlayPowerCutTest {
    private static final int STEPS = 80;
    private static final int CUTS = 120;
    private static final int CUTS_FOR_QEMU = 12;

    private final BlockLayer layer = BlockLayer.load();
    private final boolean qemu = QemuImg.isInstalled();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "512, 1.1, 300000, 350208",
        "512, 0.10, 300000, 262144",
        "4096, 1.1, 1000000, 1048576",
        "65536, 1.1, 2000000, 1572864",
        "65536, 0.10, 1000000, 1572864",
        "2097152, 1.1, 7000000, 8388608"})
    void powerCut_atAnyMoment_losesNothingFlushedAndCorruptsNothing(long clusterSize, String compat, int backingBytes,
            int size) {
        Map<String, Object> options = Map.of("cluster_size", clusterSize, "compat", compat);
        Seed.run(random -> {
            byte[] below = new byte[backingBytes];
            random.nextBytes(below);
            SparseContent backing = SparseContent.of(below);
            CrashDisk storage = new CrashDisk("storage", CreateStorage.create(new Qcow2Driver(), size, options));
            PowerCuts cuts = new PowerCuts(storage, Arrays.copyOf(below, size));
            work(cuts, storage, backing, random, size);
            // Each state of large clusters takes long to compare.
            int states = clusterSize > 65536 ? CUTS / 5 : CUTS;
            for (int i = 0; i < states; i++) {
                int moment = i == 0 ? storage.events() : cuts.moment(random);
                PowerCuts.State state = cuts.cut(moment, random);
                if (qemu && i < CUTS_FOR_QEMU) {
                    assertQemuFindsNoCorruption(state);
                }
                assertUsable(cuts, state, backing, random);
            }
        });
    }

    private void work(PowerCuts cuts, CrashDisk storage, SparseContent backing, Random random, int size)
            throws IOException {
        StepMix mix = StepMix.ofContent(size / 5);
        try (BlockGraph graph = graph(storage, backing)) {
            BlockBackend disk = open(graph);
            for (int i = 0; i < STEPS; i++) {
                cuts.step(mix.next(random, size), disk);
            }
            cuts.step(Step.flush(), disk);
        }
    }

    private BlockGraph graph(MemoryDisk storage, SparseContent backing) {
        return layer.newGraph(GraphSettings.DEFAULT.withDriver(storage)
                .withDriver(new MemoryDisk("backing", backing)));
    }

    private static BlockBackend open(BlockGraph graph) throws IOException {
        NodeDefinition definition = new NodeDefinition(Map.of("driver", "qcow2", "discard", "unmap",
                "file", Map.of("driver", "storage"), "backing", Map.of("driver", "backing")));
        return graph.openBackend(graph.add(definition), Permissions.READ_WRITE);
    }

    /** Works on after the cut, for what is free must not be what is in use. */
    private void assertUsable(PowerCuts cuts, PowerCuts.State state, SparseContent backing, Random random)
            throws IOException {
        try (BlockGraph graph = graph(new MemoryDisk("storage", state.storage()), backing)) {
            BlockBackend disk = open(graph);
            cuts.assertKept(state, disk);
            assertNotCorrupt(disk, state);
            int size = (int) disk.size();
            StepMix mix = StepMix.ofContent(size / 5);
            for (int i = 0; i < 3; i++) {
                mix.next(random, size).applyTo(disk);
            }
            disk.flush();
            assertNotCorrupt(disk, state);
        } catch (IOException e) {
            throw new AssertionError("power cut at event " + state.cut() + ": " + e.getMessage(), e);
        }
    }

    private static void assertNotCorrupt(BlockBackend disk, PowerCuts.State state) throws IOException {
        List<CheckFinding> findings = new ArrayList<>();
        CheckReport report = disk.check(findings::add);
        assertEquals(0, report.corruptions() + report.checkErrors(),
                () -> "power cut at event " + state.cut() + ": " + findings);
    }

    private void assertQemuFindsNoCorruption(PowerCuts.State state) throws IOException, InterruptedException {
        Path image = folder.resolve("cut.qcow2");
        state.storage().saveTo(image);
        QemuImg.Result result = QemuImg.check(image);
        assertNotEquals(1, result.exitCode(), result::output);
        assertNotEquals(2, result.exitCode(), result::output);
    }
}
