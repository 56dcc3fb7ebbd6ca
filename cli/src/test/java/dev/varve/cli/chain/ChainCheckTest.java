// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainCheckTest {
    private static final int MIDDLE_CLUSTER = 4096;
    private static final int REFCOUNT_TABLE_FIELD = 48;
    private static final int L1_TABLE_FIELD = 40;

    @TempDir
    private Path folder;
    private MixedChain chain;

    @BeforeEach
    void makeChain() throws IOException {
        chain = MixedChain.make(folder);
    }

    /** Sets the refcount of a cluster of the middle layer: 16 bits each (qcow2, "Host cluster management"). */
    private void setRefcount(long cluster, int count) throws IOException {
        try (FileChannel file = FileChannel.open(chain.middle(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long block = longAt(file, longAt(file, REFCOUNT_TABLE_FIELD));
            file.write(ByteBuffer.allocate(2).putShort((short) count).flip(), block + 2 * cluster);
        }
    }

    private static long longAt(FileChannel file, long offset) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8);
        file.read(bytes, offset);
        return bytes.flip().getLong();
    }

    private void leak() throws IOException {
        long cluster = (Files.size(chain.middle()) + MIDDLE_CLUSTER - 1) / MIDDLE_CLUSTER;
        try (FileChannel file = FileChannel.open(chain.middle(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(MIDDLE_CLUSTER), cluster * MIDDLE_CLUSTER);
        }
        setRefcount(cluster, 1);
    }

    private void corrupt() throws IOException {
        long table;
        try (FileChannel file = FileChannel.open(chain.middle(), StandardOpenOption.READ)) {
            table = longAt(file, L1_TABLE_FIELD);
        }
        setRefcount(table / MIDDLE_CLUSTER, 0);
    }

    @Test
    void soundChain_isCheckedLayerByLayer() {
        Tool run = Tool.varve("check", "--chain", chain.top()).expect(0);
        assertEquals("", run.err());
        assertTrue(run.out().contains("layer 0, " + chain.top() + " (qcow2):\nNo errors were found on the image.\n"),
                run.out());
        assertTrue(run.out().contains("layer 2, " + chain.base() + " (raw):\nThe format does not support checks.\n"),
                run.out());
        assertTrue(run.out().endsWith("All layers: 2 of 3 layers checked, 1 without a check; 0 errors, "
                + "0 leaked clusters, 0 internal errors.\n"), run.out());
    }

    @Test
    void leakBelow_isFoundWithChainOnly() throws IOException {
        leak();
        Tool.varve("check", chain.top()).expect(0);
        Tool run = Tool.varve("check", "--chain", "-q", chain.top()).expect(3);
        assertTrue(run.err().startsWith("layer 1, " + chain.middle() + ": "), run.err());
        assertEquals("", run.out());
    }

    @Test
    void corruptionBelow_isWorseThanALeak() throws IOException {
        leak();
        corrupt();
        assertTrue(Tool.varve("check", "--chain", chain.top()).expect(2).out().contains("1 leaked cluster,"));
    }

    @Test
    void json_hasEachLayerAndTheSums() throws IOException {
        leak();
        Map<String, Object> told = JsonTree.members(JsonTree.parse(
                Tool.varve("check", "--chain", "--output", "json", chain.top()).expect(3).out()));
        List<Map<String, Object>> layers = JsonTree.objects(told.get("layers"));
        assertEquals(List.of(true, true, false), layers.stream().map(layer -> layer.get("checked")).toList());
        assertEquals(1L, layers.get(1).get("leaks"));
        assertEquals(List.of(0L, 1L, 0L, 2L, 1L), List.of(told.get("corruptions"), told.get("leaks"),
                told.get("check-errors"), told.get("layers-checked"), told.get("layers-without-check")));
        assertEquals(chain.base().toString(), layers.get(2).get("filename"));
    }

    @Test
    void chainWithoutAnyCheck_exitsWithSixtyThree() {
        Tool.varve("check", "--chain", "-f", "raw", chain.base()).expect(63);
    }
}
