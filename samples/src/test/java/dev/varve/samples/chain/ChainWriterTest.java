// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChainWriterTest {
    private static final ChainPlan PLAN = new ChainPlan(7, 8L << 20, ChainShape.MIXED);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void write_everyShape_makesLayersThatQemuFindsClean(ChainShape shape) throws Exception {
        ChainPlan plan = new ChainPlan(5, 4L << 20, shape);
        new ChainWriter(plan).write(folder);
        for (int layer = 0; layer < plan.layers(); layer++) {
            String file = folder.resolve(ChainPlan.fileName(layer)).toString();
            String found = QemuTools.img("check", "-f", "qcow2", file);
            assertTrue(found.contains("No errors were found"), found);
        }
    }

    @Test
    void write_oneLayerAndSeveral_readTheSameByQemu() throws Exception {
        Path many = new ChainWriter(PLAN).write(folder.resolve("many"));
        Path one = new ChainWriter(PLAN.withLayers(1)).write(folder.resolve("one"));
        QemuTools.img("compare", "-f", "qcow2", "-F", "qcow2", one.toString(), many.toString());
    }

    @Test
    void write_baseWithL2TablesEverywhere_givesEachOverlayOneClusterOfEachTable() throws Exception {
        // With clusters of 64 KiB a table covers 512 MiB.
        ChainPlan plan = new ChainPlan(3, 1100L << 20, ChainShape.BASE_L2);
        long[][] owned = plan.ownership();
        long[] last = {8191, 16383, plan.clusters() - 1};
        assertArrayEquals(last, owned[1]);
        assertArrayEquals(last, owned[2]);
        ChainWriter writer = new ChainWriter(plan);
        writer.write(folder, 0, new long[0]);
        writer.write(folder, 1, owned[1]);
        String found = QemuTools.img("check", "-f", "qcow2", folder.resolve(ChainPlan.fileName(1)).toString());
        assertTrue(found.contains("No errors were found"), found);
    }

    @ParameterizedTest
    @EnumSource
    void write_everyShape_readsAsThePatternByQemu(ChainShape shape) throws Exception {
        ChainPlan plan = new ChainPlan(4, 4L << 20, shape);
        Path top = new ChainWriter(plan).write(folder);
        Path raw = folder.resolve("raw");
        QemuTools.img("convert", "-f", "qcow2", "-O", "raw", top.toString(), raw.toString());
        assertEquals(-1, ExpectedDisk.content(plan).mismatch(ByteBuffer.wrap(Files.readAllBytes(raw))));
    }

    @Test
    void write_severalLayers_readAsThePatternByQemu() throws Exception {
        Path top = new ChainWriter(PLAN).write(folder);
        Path raw = folder.resolve("raw");
        QemuTools.img("convert", "-f", "qcow2", "-O", "raw", top.toString(), raw.toString());
        ByteBuffer read = ByteBuffer.wrap(Files.readAllBytes(raw));
        assertEquals(-1, ExpectedDisk.content(PLAN).mismatch(read));
    }

    @Test
    void write_baseWithSeveralL2Tables_isFoundCleanByQemu() throws Exception {
        // With clusters of 64 KiB a table covers 512 MiB.
        ChainPlan plan = new ChainPlan(300, 1200L << 20, ChainShape.SCATTER);
        long[] base = plan.ownership()[0];
        assertEquals(3, LayerLayout.of(base, plan.size()).tables().length);
        new ChainWriter(plan).write(folder, 0, base);
        QemuTools.img("check", "-f", "qcow2", folder.resolve(ChainPlan.fileName(0)).toString());
    }

    @Test
    void write_fileThere_isRefusedAndLeftAlone() throws IOException {
        Path there = Files.writeString(folder.resolve(ChainPlan.fileName(0)), "precious");
        assertThrows(FileAlreadyExistsException.class, () -> new ChainWriter(PLAN).write(folder));
        assertEquals("precious", Files.readString(there));
    }
}
