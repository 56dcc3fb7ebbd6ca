// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.OverlayNode;
import dev.varve.drivers.qcow2.Images;
import dev.varve.drivers.qcow2.MemoryFile;
import dev.varve.drivers.qcow2.testimage.AllocatedBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterMapTest {
    @ParameterizedTest
    @ValueSource(strings = {"512", "1024", "2048", "4096", "8192", "16384", "32768", "65536", "131072", "262144",
        "524288", "1048576", "2097152"})
    void sparseWrites_anyClusterSize_areFoundAgain(String clusterSize) throws IOException {
        long size = 100L << 30;
        MemoryFile file = Images.create(size, "cluster_size", clusterSize);
        OverlayNode node = Images.open(file);
        long step = (size - 1000) / 37;
        for (int i = 0; i < 37; i++) {
            node.write(i * step, ByteBuffer.allocate(1000).put(999, (byte) (i + 1)), RequestFlags.NONE);
        }
        node.close();
        node = Images.openReadOnly(file);
        for (int i = 0; i < 37; i++) {
            ByteBuffer read = ByteBuffer.allocate(1000);
            node.read(i * step, read, RequestFlags.NONE);
            assertEquals(i + 1, read.get(999));
        }
    }

    @Test
    void hole_withoutL2Tables_isOneRun() throws IOException {
        MemoryFile file = Images.create(1L << 40, "cluster_size", "2M");
        OverlayNode node = Images.openReadOnly(file);
        assertEquals(1L << 40, node.blockStatus(0, 1L << 40, Effort.FIND_ZEROES).bytes());
    }

    @Test
    void neighbours_inTheFile_areReadTogether() throws IOException {
        MemoryFile file = Images.create(1 << 20, "cluster_size", "512");
        OverlayNode node = Images.open(file);
        node.write(0, ByteBuffer.allocate(16 << 10), RequestFlags.NONE);
        ByteBuffer read = ByteBuffer.allocate(16 << 10);
        node.readAllocated(0, read.clear(), RequestFlags.NONE);
        long before = file.reads();
        assertEquals(16 << 10, node.readAllocated(0, read.clear(), RequestFlags.NONE));
        assertEquals(1, file.reads() - before);
        node.close();
    }

    @Test
    void lookup_ofWhatIsInMemory_allocatesNothing() throws Exception {
        MemoryFile file = Images.create(64 << 20);
        OverlayNode node = Images.open(file);
        node.write(0, ByteBuffer.allocate(32 << 20), RequestFlags.NONE);
        node.writeZeroes(32 << 20, 1 << 20, RequestFlags.NONE);
        ByteBuffer read = ByteBuffer.allocate(512);
        lookUp(node, read, 20_000);
        AllocatedBytes bytes = new AllocatedBytes();
        lookUp(node, read, 10_000);
        long allocated = bytes.soFar();
        assertTrue(allocated < 10_000, () -> allocated + " bytes for 10,000 lookups");
        node.close();
    }

    /** Zero clusters and holes: what is not the storage's own doing. */
    private static void lookUp(OverlayNode node, ByteBuffer read, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            node.readAllocated((32L << 20) + i * 512L % (1 << 20), read.clear(), RequestFlags.NONE);
            node.readAllocated((40L << 20) + i * 512L % (1 << 20), read.clear(), RequestFlags.NONE);
        }
    }

    @Test
    void tinyCache_anyAccess_readsRight() throws IOException {
        MemoryFile file = Images.create(16 << 20, "cluster_size", "512");
        OverlayNode node = Images.open(file, "l2-cache-size", "1024", "refcount-cache-size", "1024");
        for (int i = 0; i < 3000; i++) {
            node.write(i * 4999L % (16 << 20) / 8 * 8, ByteBuffer.allocate(8).putLong(0, i), RequestFlags.NONE);
        }
        for (int i = 0; i < 3000; i++) {
            ByteBuffer read = ByteBuffer.allocate(8);
            node.read(i * 4999L % (16 << 20) / 8 * 8, read, RequestFlags.NONE);
            assertEquals(i, read.getLong(0));
        }
        node.close();
    }
}
