// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RepairScope;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.device.CrashDisk;
import dev.varve.conformance.device.CreateStorage;
import dev.varve.conformance.device.DiskRequest;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.workload.CrashWorkload;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.Step;
import dev.varve.conformance.workload.StepMix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The power fails after each change of the storage that a long workload makes, with any of the changes since the last
 * flush missing or torn. Nothing flushed is lost, the image is not corrupt, and work goes on.
 */
class EveryCutTest {
    private static final int SIZE = 512 << 10;
    private static final int LARGEST = 1 << 20;
    private static final StepMix MIX = new StepMix(List.of(Operation.WRITE, Operation.WRITE, Operation.WRITE,
            Operation.WRITE, Operation.WRITE, Operation.WRITE_ZEROES, Operation.WRITE_ZEROES, Operation.DISCARD,
            Operation.DISCARD, Operation.FLUSH), 24_000, List.of(RequestFlags.NONE, RequestFlags.MAY_UNMAP), true);
    private static final String FLAG = "OFLAG_COPIED";
    /** One of so many cuts is also looked at by QEMU. */
    private static final int SAMPLED = 100;

    @TempDir
    Path folder;

    private final BlockLayer layer = BlockLayer.load();

    /** What images are made with. */
    private record Setting(int clusterSize, Map<String, Object> create, Map<String, Object> open) {}

    @ParameterizedTest
    @CsvSource({"4096, 16, false, 1000", "512, 16, false, 400", "4096, 1, true, 400",
        "65536, 64, false, 200"})
    void powerCut_afterEveryChange_losesNothingFlushed(int clusterSize, long refcountBits, boolean lazy, int writes,
            TestReporter reporter) {
        Map<String, Object> create = new LinkedHashMap<>();
        create.put("cluster_size", (long) clusterSize);
        create.put("refcount_bits", refcountBits);
        if (lazy) {
            create.put("lazy_refcounts", true);
        }
        Setting setting = new Setting(clusterSize, create, Map.of());
        Seed.run(random -> run(setting, random, writes, reporter));
    }

    private void run(Setting setting, Random random, int writes, TestReporter reporter) throws Exception {
        SparseContent empty = CreateStorage.create(new Qcow2Driver(), SIZE, setting.create);
        CrashDisk storage = new CrashDisk("crashing", empty);
        CrashWorkload workload = new CrashWorkload(storage, new byte[SIZE]);
        work(setting, storage, workload, random, writes);
        List<DiskRequest> log = storage.log();
        int cuts = 0;
        for (int cut = 1; cut <= log.size(); cut++) {
            if (log.get(cut - 1).isChange() || cut == log.size()) {
                SparseContent left = storage.powerCut(cut, random);
                assertSurvived(setting, workload, cut, left, random);
                cuts++;
            }
        }
        reporter.publishEntry("cuts", cuts + " of " + setting + " after " + workload.counts());
    }

    private BlockGraph graph(MemoryDisk storage) {
        return layer.newGraph(GraphSettings.DEFAULT.withDriver(storage));
    }

    private static BlockBackend open(BlockGraph graph, Setting setting, MemoryDisk storage, Permissions permissions)
            throws IOException {
        Map<String, Object> options = new LinkedHashMap<>(setting.open);
        options.put("driver", "qcow2");
        options.put("discard", "unmap");
        if (permissions.equals(Permissions.READ)) {
            options.put("read-only", true);
        }
        options.put("file", storage.definition().options());
        return graph.openBackend(graph.add(new NodeDefinition(options)), permissions);
    }

    private void work(Setting setting, CrashDisk storage, CrashWorkload workload, Random random, int writes)
            throws IOException {
        try (BlockGraph graph = graph(storage)) {
            BlockBackend disk = open(graph, setting, storage, Permissions.READ_WRITE);
            int names = 0;
            while (storage.log().stream().filter(DiskRequest::isChange).count() < writes) {
                for (int i = 0; i < 20; i++) {
                    int dice = random.nextInt(60);
                    if (dice < 5) {
                        changeImage(dice, setting, workload, disk, random, names++);
                    } else if (dice == 5 && workload.snapshots().isEmpty()) {
                        resize(workload, disk, random);
                    } else {
                        workload.step(MIX.next(random, workload.size()), disk);
                    }
                }
            }
            workload.step(Step.flush(), disk);
        }
    }

    private static void resize(CrashWorkload workload, BlockBackend disk, Random random) throws IOException {
        int size = Math.clamp(workload.size() + (random.nextInt(200) - 90) * 512, SIZE / 2, LARGEST);
        workload.step(new Step(Operation.TRUNCATE, 0, size, (byte) 0, RequestFlags.NONE), disk);
    }

    private static void changeImage(int kind, Setting setting, CrashWorkload workload, BlockBackend disk,
            Random random, int name) throws IOException {
        List<String> snapshots = workload.snapshots();
        switch (kind) {
            case 0 -> {
                // A refcount of one bit cannot count a snapshot's references.
                if (!Long.valueOf(1).equals(setting.create.get("refcount_bits")) && snapshots.size() < 3) {
                    workload.takeSnapshot("s" + name, disk);
                } else if (!snapshots.isEmpty()) {
                    workload.deleteSnapshot(snapshots.getFirst(), disk);
                }
            }
            case 1 -> {
                if (!snapshots.isEmpty()) {
                    workload.deleteSnapshot(snapshots.get(random.nextInt(snapshots.size())), disk);
                }
            }
            case 2 -> {
                if (!snapshots.isEmpty() && random.nextInt(3) == 0) {
                    workload.applySnapshot(snapshots.get(random.nextInt(snapshots.size())), disk);
                }
            }
            case 3 -> workload.change("bitmap", image -> {
                List<String> bitmaps = image.operations().bitmaps().list().stream().map(one -> one.name()).toList();
                if (bitmaps.size() < 3) {
                    image.operations().bitmaps().add("b" + name, 65536, random.nextBoolean());
                } else {
                    image.operations().bitmaps().remove(bitmaps.getFirst());
                }
            }, disk);
            default -> {
                // Only what holds no data can be written compressed.
                long offset = (long) random.nextInt(workload.size() / setting.clusterSize) * setting.clusterSize;
                workload.step(new Step(Operation.DISCARD, offset, setting.clusterSize, (byte) 0, RequestFlags.NONE),
                        disk);
                workload.step(new Step(Operation.WRITE, offset, setting.clusterSize,
                        (byte) (1 + random.nextInt(255)), RequestFlags.COMPRESSED), disk);
            }
        }
    }

    private void assertSurvived(Setting setting, CrashWorkload workload, int cut, SparseContent left, Random random)
            throws Exception {
        String where = "power cut at event " + cut;
        MemoryDisk storage = new MemoryDisk("cut", left);
        if (cut % SAMPLED == 0) {
            assertQemuAgrees(setting, left, where);
        }
        try (BlockGraph graph = graph(storage)) {
            BlockBackend disk = open(graph, setting, storage, Permissions.READ_WRITE);
            workload.assertKept(cut, disk);
            assertNotCorrupt(disk, where);
            mend(disk, where);
            Step step = MIX.next(random, (int) disk.size());
            step.applyTo(disk);
            disk.flush();
            assertNotCorrupt(disk, where + ", after " + step);
        } catch (IOException e) {
            throw new AssertionError(where + ": " + e.getMessage(), e);
        }
        for (String snapshot : cut % 20 == 0 ? workload.promised(cut).keySet() : List.<String>of()) {
            try (BlockGraph graph = graph(storage)) {
                BlockBackend disk = open(graph, setting, storage, Permissions.READ);
                disk.operations().snapshots().load(snapshot);
                workload.assertSnapshotKept(cut, snapshot, disk);
            }
        }
    }

    /**
     * Flags that say whether a cluster has one reference are changed after its refcount: they may be behind it, which
     * harms nobody while the refcount is not too low.
     */
    private static void assertNotCorrupt(BlockBackend disk, String where) throws IOException {
        List<CheckFinding> findings = new ArrayList<>();
        CheckReport report = disk.check(findings::add);
        assertTrue(report.checkErrors() == 0 && findings.stream().allMatch(EveryCutTest::isHarmless),
                () -> where + ": " + findings);
    }

    private static boolean isHarmless(CheckFinding finding) {
        return finding.kind() == CheckFinding.Kind.LEAK || finding.text().contains(FLAG);
    }

    /** A flag that is missing makes a write copy what it need not copy. */
    private static boolean isMissingFlag(CheckFinding finding) {
        Matcher flag = Pattern.compile(FLAG + ".*_entry=([0-9a-f]+) refcount=1").matcher(finding.text());
        return flag.find() && Long.parseUnsignedLong(flag.group(1), 16) >= 0;
    }

    /** Leaks can be mended, and nothing is left to be found then. */
    private static void mend(BlockBackend disk, String where) throws IOException {
        List<CheckFinding> findings = new ArrayList<>();
        disk.operations().repair(RepairScope.LEAKS, findings::add);
        List<CheckFinding> after = new ArrayList<>();
        disk.check(after::add);
        assertTrue(after.stream().allMatch(EveryCutTest::isMissingFlag),
                () -> where + ": " + findings + " and after repair " + after);
    }

    private void assertQemuAgrees(Setting setting, SparseContent left, String where) throws Exception {
        if (QemuImg.isInstalled()) {
            Path image = folder.resolve("cut.qcow2");
            Files.write(image, left.toByteArray());
            if (setting.create.containsKey("lazy_refcounts")) {
                // The dirty mark lets whoever opens the image for writing make its refcounts anew.
                QemuImg.ok("qemu-io", "-f", "qcow2", "-c", "read 0 512", image.toString());
            }
            QemuImg.Result check = QemuImg.check(image);
            assertTrue(check.exitCode() == 0 || check.exitCode() == 3 || check.output().lines()
                    .filter(line -> line.startsWith("ERROR")).allMatch(line -> line.contains(FLAG)),
                    () -> where + ": " + check.output());
            if (check.exitCode() == 3) {
                QemuImg.Result repaired = QemuImg.run("qemu-img", "check", "-r", "leaks", image.toString());
                assertEquals(0, repaired.exitCode(), () -> where + ": " + repaired.output());
            }
        }
    }
}
