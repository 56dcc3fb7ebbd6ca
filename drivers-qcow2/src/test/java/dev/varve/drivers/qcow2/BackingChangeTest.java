// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.OverlayNode;
import dev.varve.conformance.workload.Seed;
import dev.varve.drivers.qcow2.layout.BackingName;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import dev.varve.drivers.qcow2.layout.HeaderReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackingChangeTest {
    private static final int SIZE = 4 << 20;
    private static final int SECTOR = 512;
    private static final Optional<ImageReference> NOTHING = Optional.empty();

    private static Optional<ImageReference> named(String name, String format) {
        return Optional.of(new ImageReference(name, Optional.of(format)));
    }

    private static MemoryFile image(String clusterSize, String compat, String backing) throws IOException {
        return Images.create(SIZE, "cluster_size", clusterSize, "compat", compat, "backing_file", backing,
                "backing_fmt", "qcow2");
    }

    private static void change(MemoryFile file, Optional<ImageReference> reference) throws IOException {
        OverlayNode node = Images.open(file);
        node.changeBackingFile(reference);
        assertEquals(reference, node.info().backing());
        node.close();
    }

    private static Optional<ImageReference> stored(MemoryFile file) throws IOException {
        return Qcow2Driver.backingReference(HeaderReader.read(file));
    }

    @ParameterizedTest
    @CsvSource({"65536, 1.1", "65536, 0.10", "512, 0.10", "2097152, 1.1"})
    void change_ofTheName_isReadBack(String clusterSize, String compat) throws IOException {
        MemoryFile file = image(clusterSize, compat, "old.qcow2");
        String longest = clusterSize.equals("512") ? "x".repeat(300) : "x".repeat(1023);
        for (Optional<ImageReference> next : List.of(named("a", "raw"), named(longest, "qcow2"), NOTHING,
                named("../b\u00e4se/new.img", "raw"), named(longest, "raw"), named("c", "qcow2"))) {
            change(file, next);
            assertEquals(next, stored(file));
        }
    }

    @Test
    void change_keepsTheOtherExtensions_knownOrNot() throws IOException {
        MemoryFile file = image("65536", "1.1", "old.qcow2");
        Header before = HeaderReader.read(file);
        List<HeaderExtension> more = new ArrayList<>(before.extensions());
        more.add(1, new HeaderExtension.Unknown(0x12345678, ByteBuffer.wrap(new byte[] {1, 2, 3})));
        Header foreign = before.withBacking(more, before.backing().map(name ->
                new BackingName(2000, name.name())));
        file.write(0, foreign.encode(), RequestFlags.NONE);
        change(file, NOTHING);
        List<HeaderExtension> kept = new ArrayList<>(more);
        kept.removeIf(HeaderExtension.BackingFormat.class::isInstance);
        assertEquals(kept, HeaderReader.read(file).extensions());
    }

    @Test
    void name_thatIsTooLong_isRefusedAndTheImageStaysUsable() throws IOException {
        MemoryFile file = image("65536", "1.1", "old.qcow2");
        OverlayNode node = Images.open(file);
        assertEquals(ErrorKind.INVALID_OPTION, refused(node, named("x".repeat(1024), "raw")).kind());
        assertEquals(ErrorKind.INVALID_OPTION, refused(node, named("x", "a-format-of-16-b")).kind());
        node.write(0, ByteBuffer.allocate(512), RequestFlags.NONE);
        node.close();
        MemoryFile small = image("512", "0.10", "old.qcow2");
        assertEquals(ErrorKind.NO_SPACE, refused(Images.open(small), named("x".repeat(500), "raw")).kind());
        assertEquals(named("old.qcow2", "qcow2"), stored(small));
    }

    private static BlockException refused(OverlayNode node, Optional<ImageReference> reference) {
        return assertThrows(BlockException.class, () -> node.changeBackingFile(reference));
    }

    @Test
    void failedWrite_poisonsTheNode() throws IOException {
        MemoryFile file = image("65536", "1.1", "old.qcow2");
        OverlayNode node = Images.open(file);
        file.failWritesAfter(0);
        refused(node, NOTHING);
        file.failWritesAfter(Integer.MAX_VALUE);
        assertEquals(ErrorKind.POISONED, refused(node, NOTHING).kind());
        assertEquals(named("old.qcow2", "qcow2"), stored(file));
    }

    @Test
    void readOnlyImage_refuses() throws IOException {
        MemoryFile file = image("65536", "1.1", "old.qcow2");
        assertEquals(ErrorKind.READ_ONLY, refused(Images.openReadOnly(file), NOTHING).kind());
    }

    @ParameterizedTest
    @CsvSource({"65536, 1.1", "65536, 0.10", "4096, 1.1"})
    void powerCut_atAnyMoment_leavesOneOfTheTwoNames(String clusterSize, String compat) {
        Seed.run(random -> {
            Optional<ImageReference> old = named("x".repeat(1 + random.nextInt(600)), "qcow2");
            MemoryFile file = image(clusterSize, compat, old.get().name());
            for (int step = 0; step < 20; step++) {
                Optional<ImageReference> next = random.nextInt(3) == 0 ? NOTHING
                        : named("y".repeat(1 + random.nextInt(1023)), random.nextBoolean() ? "raw" : "qcow2");
                MemoryFile before = file.copy();
                file.record();
                change(file, next);
                for (int cut = 0; cut < 20; cut++) {
                    Optional<ImageReference> found = stored(torn(before, file.journal(), random));
                    assertTrue(found.equals(old) || found.equals(next), () -> "found " + found);
                }
                old = next;
            }
        });
    }

    /** What may be there when the power fails: all that was flushed, and any sectors of what was not. */
    private static MemoryFile torn(MemoryFile before, List<MemoryFile.Write> journal, Random random) {
        MemoryFile state = before.copy();
        int end = random.nextInt(journal.size() + 1);
        int stable = end;
        while (stable > 0 && journal.get(stable - 1).offset() >= 0) {
            stable--;
        }
        for (int i = 0; i < end; i++) {
            MemoryFile.Write write = journal.get(i);
            for (int from = 0; write.offset() >= 0 && from < write.bytes().length; from += SECTOR) {
                int to = Math.min(from + SECTOR, write.bytes().length);
                if (i < stable || random.nextBoolean()) {
                    state.replay(new MemoryFile.Write(write.offset() + from,
                            Arrays.copyOfRange(write.bytes(), from, to)));
                }
            }
        }
        return state;
    }

    @Test
    void qemu_readsTheChangedName(@TempDir Path folder) throws Exception {
        QemuImg.require();
        MemoryFile file = image("65536", "1.1", "old.qcow2");
        change(file, named("b\u00e4se.raw", "raw"));
        Path image = folder.resolve("top.qcow2");
        file.dump(image);
        String info = QemuImg.run("qemu-img", "info", image.toString()).output();
        assertTrue(info.contains("backing file: b\u00e4se.raw"), info);
        assertTrue(info.contains("backing file format: raw"), info);
        change(file, NOTHING);
        file.dump(image);
        info = QemuImg.run("qemu-img", "info", image.toString()).output();
        assertTrue(!info.contains("backing file"), info);
        QemuImg.Result check = QemuImg.run("qemu-img", "check", image.toString());
        assertEquals(0, check.exitCode(), check.output());
    }
}
