// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.bitmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BitmapInfo;
import dev.varve.api.block.BlockException;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BitmapStore;
import dev.varve.api.spi.OverlayNode;
import dev.varve.drivers.qcow2.Images;
import dev.varve.drivers.qcow2.MemoryFile;
import dev.varve.drivers.qcow2.QemuImg;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bitmaps of one side in the other side's eyes. */
class BitmapInteropTest {
    private static final int SIZE = 64 << 20;

    @TempDir
    Path folder;

    private Path image;

    @BeforeEach
    void needsTheTools() throws Exception {
        QemuImg.require();
        image = folder.resolve("image.qcow2");
        QemuImg.create(image, SIZE, "");
    }

    private static BitmapStore bitmaps(OverlayNode node) throws IOException {
        return node.operations().bitmaps();
    }

    private void bitmap(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("qemu-img", "bitmap", "-f", "qcow2"));
        command.addAll(List.of(arguments));
        command.add(command.size() - 1, image.toString());
        QemuImg.ok(command.toArray(String[]::new));
    }

    /** The ranges that are marked, as {@code begin+bytes}. */
    private static String marks(BitmapStore.BitmapContent content) {
        StringBuilder text = new StringBuilder();
        for (long at = content.next(0, true); at < content.size();) {
            long end = content.next(at, false);
            text.append(at).append('+').append(end - at).append(' ');
            at = content.next(end, true);
        }
        return text.toString().strip();
    }

    private String marks(String name) throws IOException {
        OverlayNode node = Images.openReadOnly(MemoryFile.load(image));
        try {
            return marks(bitmaps(node).content(name));
        } finally {
            node.close();
        }
    }

    /** The same, as QEMU sees it: through the bitmap that a copy of the image gets. */
    private String qemuMarks(String name) throws IOException, InterruptedException {
        Path copy = folder.resolve("copy.qcow2");
        QemuImg.create(copy, SIZE, "");
        QemuImg.ok("qemu-img", "bitmap", "-f", "qcow2", "--add", "--disable", "-g", "64k", copy.toString(), "copy");
        QemuImg.ok("qemu-img", "bitmap", "-f", "qcow2", "--merge", name, "-F", "qcow2", "-b", image.toString(),
                copy.toString(), "copy");
        OverlayNode node = Images.openReadOnly(MemoryFile.load(copy));
        try {
            return marks(bitmaps(node).content("copy"));
        } finally {
            node.close();
        }
    }

    @Test
    void qemusBitmaps_here_tellWhatWasWritten() throws Exception {
        bitmap("--add", "b0");
        bitmap("--add", "--disable", "-g", "4k", "b1");
        QemuImg.io(image, "write 64k 100k", "write -z 10M 1M", "discard 20M 64k");
        assertEquals("65536+131072 10485760+1048576 20971520+65536", marks("b0"));
        OverlayNode node = Images.openReadOnly(MemoryFile.load(image));
        assertEquals(List.of(new BitmapInfo("b0", 65536, true, false), new BitmapInfo("b1", 4096, false, false)),
                bitmaps(node).list());
        assertEquals("", marks(bitmaps(node).content("b1")));
        assertThrows(BlockException.class, () -> bitmaps(node).clear("b0"));
        node.close();
    }

    @Test
    void writesHere_ofEveryKind_areMarkedForQemu() throws Exception {
        bitmap("--add", "b0");
        QemuImg.io(image, "write 1M 64k");
        MemoryFile file = MemoryFile.load(image);
        OverlayNode node = Images.open(file);
        node.write(0, ByteBuffer.allocate(100), RequestFlags.NONE);
        node.writeZeroes(10 << 20, 1 << 20, RequestFlags.MAY_UNMAP);
        node.discard(30 << 20, 64 << 10);
        bitmaps(node).add("fine", 512, true);
        node.write(512, ByteBuffer.allocate(1), RequestFlags.NONE);
        bitmaps(node).enable("fine", false);
        node.write(5 << 20, ByteBuffer.allocate(1), RequestFlags.NONE);
        node.close();
        file.dump(image);
        assertEquals(0, QemuImg.check(image).exitCode());
        assertEquals("0+65536 1048576+65536 5242880+65536 10485760+1048576 31457280+65536", qemuMarks("b0"));
        assertEquals("0+65536", qemuMarks("fine"));
        assertEquals("512+512", marks("fine"));
        String info = QemuImg.ok("qemu-img", "info", "-f", "qcow2", image.toString());
        assertTrue(info.contains("auto") && info.contains("fine") && !info.contains("in-use"), info);
    }

    @Test
    void imageThatWasNeverClosed_inQemu_hasBitmapsInUse() throws Exception {
        bitmap("--add", "b0");
        MemoryFile file = MemoryFile.load(image);
        Images.open(file);
        file.dump(image);
        assertTrue(QemuImg.ok("qemu-img", "info", "-f", "qcow2", image.toString()).contains("in-use"));
        assertEquals(0, QemuImg.check(image).exitCode());
    }

    @Test
    void inconsistentBitmap_canOnlyBeRemoved() throws Exception {
        bitmap("--add", "b0");
        QemuImg.run("qemu-io", "-f", "qcow2", "-c", "abort", image.toString());
        MemoryFile file = MemoryFile.load(image);
        OverlayNode node = Images.open(file);
        assertEquals(List.of(new BitmapInfo("b0", 65536, true, true)), bitmaps(node).list());
        assertThrows(BlockException.class, () -> bitmaps(node).clear("b0"));
        assertThrows(BlockException.class, () -> bitmaps(node).enable("b0", true));
        assertThrows(BlockException.class, () -> bitmaps(node).content("b0"));
        assertThrows(BlockException.class, () -> bitmaps(node).add("b0", 0, true));
        assertThrows(BlockException.class, () -> node.truncate(SIZE * 2, Preallocation.OFF, RequestFlags.NONE));
        bitmaps(node).add("b1", 0, true);
        node.close();
        OverlayNode again = Images.open(file);
        assertEquals(2, bitmaps(again).list().size());
        assertTrue(bitmaps(again).list().getFirst().inUse());
        bitmaps(again).remove("b0");
        again.close();
        file.dump(image);
        assertEquals(0, QemuImg.check(image).exitCode());
        String info = QemuImg.ok("qemu-img", "info", "-f", "qcow2", image.toString());
        assertTrue(info.contains("b1") && !info.contains("b0"), info);
    }

    @Test
    void lastBitmap_removed_leavesNoTrace() throws Exception {
        bitmap("--add", "b0");
        QemuImg.io(image, "write 1M 64k");
        MemoryFile file = MemoryFile.load(image);
        OverlayNode node = Images.open(file);
        bitmaps(node).remove("b0");
        assertTrue(bitmaps(node).list().isEmpty());
        node.close();
        file.dump(image);
        assertEquals(0, QemuImg.check(image).exitCode());
        assertFalse(QemuImg.ok("qemu-img", "info", "-f", "qcow2", image.toString()).contains("bitmaps"));
    }

    @Test
    void disk_resized_keepsItsBitmaps() throws Exception {
        bitmap("--add", "b0");
        QemuImg.io(image, "write 63M 1M");
        MemoryFile file = MemoryFile.load(image);
        OverlayNode node = Images.open(file);
        node.truncate(1L << 40, Preallocation.OFF, RequestFlags.NONE);
        node.write(1L << 39, ByteBuffer.allocate(1), RequestFlags.NONE);
        node.close();
        file.dump(image);
        assertEquals(0, QemuImg.check(image).exitCode());
        assertEquals("66060288+1048576 549755813888+65536", marks("b0"));
        QemuImg.ok("qemu-img", "resize", "-q", "-f", "qcow2", "--shrink", image.toString(), "64M");
        assertEquals("66060288+1048576", marks("b0"));
    }

    @Test
    void merge_ofAnotherGranularity_marksWhatTheSourceTouches() throws Exception {
        bitmap("--add", "-g", "512", "fine");
        QemuImg.io(image, "write 1M 512", "write 1050000 512");
        MemoryFile file = MemoryFile.load(image);
        OverlayNode node = Images.open(file);
        bitmaps(node).add("coarse", 1 << 20, false);
        bitmaps(node).merge("coarse", bitmaps(node).content("fine"));
        bitmaps(node).clear("fine");
        assertEquals("1048576+1048576", marks(bitmaps(node).content("coarse")));
        node.close();
        file.dump(image);
        assertEquals("1048576+1048576", qemuMarks("coarse"));
        assertEquals("", qemuMarks("fine"));
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 1000, 256, 1L << 32})
    void granularity_thatIsNone_isRefused(long granularity) throws Exception {
        OverlayNode node = Images.open(MemoryFile.load(image));
        assertThrows(BlockException.class, () -> bitmaps(node).add("b", granularity, true));
        node.close();
    }

    @Test
    void version2_bitmap_isRefused() throws Exception {
        OverlayNode node = Images.open(Images.create(SIZE, "compat", "0.10"));
        assertThrows(BlockException.class, () -> bitmaps(node).add("b", 0, true));
        node.close();
    }

    @Test
    void snapshotApplied_withBitmaps_isRefused() throws Exception {
        OverlayNode node = Images.open(MemoryFile.load(image));
        node.operations().snapshots().create("s");
        bitmaps(node).add("b", 0, true);
        assertThrows(BlockException.class, () -> node.operations().snapshots().apply("s"));
        bitmaps(node).remove("b");
        node.operations().snapshots().apply("s");
        node.close();
    }

    @Test
    void backingFileName_inTheWayOfTheExtension_movesAway() throws Exception {
        QemuImg.ok("qemu-img", "create", "-q", "-u", "-f", "qcow2", "-b", "base.img", "-F", "raw", image.toString(),
                "64M");
        MemoryFile file = MemoryFile.load(image);
        OverlayNode node = Images.open(file);
        bitmaps(node).add("b", 0, true);
        node.close();
        file.dump(image);
        String info = QemuImg.ok("qemu-img", "info", "-f", "qcow2", image.toString());
        assertTrue(info.contains("backing file: base.img") && info.contains("name: b"), info);
    }
}
