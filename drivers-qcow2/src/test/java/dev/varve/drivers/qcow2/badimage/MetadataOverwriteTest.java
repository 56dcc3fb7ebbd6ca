// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockNode;
import dev.varve.drivers.qcow2.testimage.AllocatedBytes;
import dev.varve.drivers.qcow2.testimage.ImageWords;
import dev.varve.drivers.qcow2.testimage.OneFile;
import dev.varve.drivers.qcow2.testimage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** An L2 entry that points at metadata with COPIED set must not make a write overwrite it; QEMU 7.2 refuses each. */
class MetadataOverwriteTest {
    private static final long COPIED = 1L << 63;

    @Test
    void write_toTheL1Table_isRefused() throws IOException {
        assertRefused(ImageWords::l1);
    }

    @Test
    void write_toTheRefcountTable_isRefused() throws IOException {
        assertRefused(ImageWords::refcountTable);
    }

    @Test
    void write_toARefcountBlock_isRefused() throws IOException {
        assertRefused(words -> words.refcountBlock(0));
    }

    @Test
    void write_toItsOwnL2Table_isRefused() throws IOException {
        assertRefused(words -> words.l2(0));
    }

    @Test
    void write_toAnotherL2Table_isRefused() throws IOException {
        assertRefused(words -> words.l2(1));
    }

    @Test
    void write_toTheSnapshotTable_isRefused() throws IOException {
        assertRefused(ImageWords::snapshots);
    }

    @Test
    void write_toTheL1TableOfASnapshot_isRefused() throws IOException {
        assertRefused(words -> words.int64(words.snapshots()));
    }

    @Test
    void write_besideASnapshotThatClaimsTheLongestL1Table_isRefusedWithLittleMemory() throws Exception {
        ImageWords words = new ImageWords(BadImage.ordinary().data(0, 7).bytes());
        words.int32(words.snapshots() + 8, 0x7fffffffL);
        BlockNode node = OneFile.openWritable(new StoredFile(words.bytes()));
        ByteBuffer data = ByteBuffer.allocate(4096);
        AllocatedBytes allocated = new AllocatedBytes();

        assertThrows(BlockException.class, () -> node.write(1 << 20, data, RequestFlags.NONE));

        long bytes = allocated.soFar();
        assertTrue(bytes < 16 << 20, () -> bytes + " bytes allocated");
    }

    private static void assertRefused(ToLongFunction<ImageWords> metadata) throws IOException {
        ImageWords words = new ImageWords(BadImage.ordinary().data(0, 7).data(700, 9).bytes());
        int place = (int) metadata.applyAsLong(words);
        words.int64(words.l2(0), COPIED | place);
        StoredFile file = new StoredFile(words.bytes());
        BlockNode node = OneFile.openWritable(file);
        ByteBuffer data = ByteBuffer.wrap(new byte[] {5, 5, 5, 5});

        assertThrows(BlockException.class, () -> node.write(0, data, RequestFlags.NONE));

        assertArrayEquals(Arrays.copyOfRange(words.bytes(), place, place + 4096),
                Arrays.copyOfRange(file.content(), place, place + 4096));
    }
}
