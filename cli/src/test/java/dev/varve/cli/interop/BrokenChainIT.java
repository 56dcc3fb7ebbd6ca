// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.NewImage;
import dev.varve.cli.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Chains that cannot be opened or read: refused by file and value, soon, with little memory, nothing left open. */
class BrokenChainIT {
    private static final int SIZE = 1 << 20;
    private static final int CLUSTER = 4096;
    private static final int SECTOR = 512;

    @TempDir
    private Path folder;

    private Path image(String name, String backing) throws IOException {
        Path file = folder.resolve(name);
        NewImage image = NewImage.of("qcow2", file.toString(), SIZE).with("cluster_size", (long) CLUSTER);
        if (!backing.isEmpty()) {
            Map<String, Object> options = Map.of("cluster_size", (long) CLUSTER, "backing_file", backing,
                    "backing_fmt", "qcow2");
            image = new NewImage("qcow2", file.toString(), OptionalLong.of(SIZE), options, false);
        }
        BlockLayer.load().create(image);
        return file;
    }

    private void assertRefused(Path top, String... words) throws IOException {
        for (boolean readOnly : new boolean[] {true, false}) {
            BlockException refusal = Refusal.of(folder, () -> DiskFile.open(top,
                    readOnly ? Permissions.READ : Permissions.READ_WRITE, Map.of("read-only", readOnly)).close());
            Refusal.assertTells(refusal.getMessage(), List.of(words));
        }
        for (String command : List.of("map", "info --backing-chain", "compare -F qcow2 " + top, "bench")) {
            List<Object> line = new ArrayList<>(List.of((Object[]) command.split(" ", -1)));
            line.addAll(List.of("-f", "qcow2", top));
            Tool run = Tool.varve(line.toArray());
            assertEquals(command.startsWith("compare") ? 2 : 1, run.code(), run::toString);
            Refusal.assertTells(run.err(), List.of(words));
        }
        assertEquals(List.of(), OpenFiles.below(folder));
    }

    @Test
    void open_imageThatIsItsOwnBackingFile_isRefused() throws IOException {
        assertRefused(image("a.qcow2", "a.qcow2"), "a loop", "a.qcow2");
    }

    @Test
    void open_twoImagesThatAreEachOthersBackingFile_isRefused() throws IOException {
        image("b.qcow2", "a.qcow2");
        assertRefused(image("a.qcow2", "b.qcow2"), "a loop", "a.qcow2", "backing file of", "b.qcow2");
    }

    @Test
    void open_loopOfManyLayers_isRefused() throws IOException {
        for (int i = 0; i < 60; i++) {
            image("layer" + i + ".qcow2", "layer" + (i + 1) % 60 + ".qcow2");
        }
        assertRefused(folder.resolve("layer7.qcow2"), "a loop", "layer7.qcow2", "backing file of", "layer6.qcow2");
    }

    @Test
    void open_loopThroughASymbolicLink_isRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("b.qcow2"));
        Path top = image("a.qcow2", "link");
        image("b.qcow2", "a.qcow2");
        assertRefused(top, "a loop", "a.qcow2");
    }

    @Test
    void open_symbolicLinksThatLeadNowhere_isRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("one"), folder.resolve("two"));
        Files.createSymbolicLink(folder.resolve("two"), folder.resolve("one"));
        assertRefused(image("top.qcow2", "one"), "one", "symbolic links", "top.qcow2");
        assertRefused(folder.resolve("one"), "one", "symbolic links");
    }

    @Test
    void open_layerMissingInTheMiddle_isRefused() throws IOException {
        image("base.qcow2", "");
        Path middle = image("middle.qcow2", "base.qcow2");
        image("upper.qcow2", "middle.qcow2");
        Path top = image("top.qcow2", "upper.qcow2");
        Files.delete(middle);
        assertRefused(top, middle.toString(), "No such file", "backing file of", "upper.qcow2");
    }

    @Test
    void open_backingFileIsAFolder_isRefused() throws IOException {
        Files.createDirectory(folder.resolve("base"));
        assertRefused(image("top.qcow2", "base"), "base", "is a directory", "regular file", "top.qcow2");
    }

    @Test
    void open_backingFormatUnknown_isRefused() throws IOException {
        image("base.qcow2", "");
        Path top = image("top.qcow2", "base.qcow2");
        byte[] bytes = Files.readAllBytes(top);
        byte[] format = "qcow2\0\0\0".getBytes(StandardCharsets.US_ASCII);
        bytes[indexOf(bytes, format) + 4] = 'x';
        Files.write(top, bytes);
        assertRefused(top, "unknown driver 'qcowx'", "did you mean 'qcow2'", "installed are", "top.qcow2");
    }

    @Test
    void open_backingFormatIsNotTheFiles_isRefused() throws IOException {
        Files.write(folder.resolve("base.raw"), new byte[SIZE]);
        assertRefused(image("top.qcow2", "base.raw"), "base.raw", "magic", "0x0", "0x514649fb");
    }

    @Test
    void open_backingDefinitionInJsonIsWrong_isRefused() throws IOException {
        assertRefused(image("top.qcow2", "json:{\"driver\":\"qcow2\",\"flie\":{}}"), "unknown option 'flie'",
                "did you mean 'file'", "top.qcow2");
        assertRefused(image("top2.qcow2", "json:{\"driver\":\"qcow2\""), "wrong JSON at line 1, column", "top2.qcow2");
        assertRefused(image("top3.qcow2", "json:" + "[".repeat(900)), "top3.qcow2", "line 1, column 1");
    }

    @Test
    void open_backingProtocolUnknown_isRefused() throws IOException {
        assertRefused(image("top.qcow2", "gopher://host/disk"), "unknown protocol 'gopher'", "known are", "file",
                "top.qcow2");
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found: " + new String(part, StandardCharsets.US_ASCII));
    }

    /** Cuts the middle layer at many places: the chain is refused, or reads as if zeroes followed the cut. */
    @TestFactory
    List<DynamicTest> middleLayer_cutAnywhere_isRefusedOrReadsZeroesBehindTheCut() throws IOException {
        image("base.qcow2", "");
        Path middle = image("middle.qcow2", "base.qcow2");
        Random random = new Random(2);
        byte[] data = new byte[3 * CLUSTER];
        try (DiskFile file = DiskFile.openWritable(middle, Map.of())) {
            for (int i = 0; i < 8; i++) {
                random.nextBytes(data);
                file.backend().write(random.nextInt(SIZE - data.length), ByteBuffer.wrap(data));
            }
        }
        Path top = image("top.qcow2", "middle.qcow2");
        byte[] whole = Files.readAllBytes(middle);
        byte[] content = read(top);
        return cuts(whole.length).stream().map(cut -> DynamicTest.dynamicTest("cut at " + cut, () -> {
            Files.write(middle, Arrays.copyOf(whole, cut));
            assertCut(top, cut, content);
        })).toList();
    }

    private static List<Integer> cuts(int length) {
        List<Integer> cuts = new ArrayList<>();
        for (int at = 0; at < length; at += at < CLUSTER ? 31 : CLUSTER / 2) {
            cuts.add(at);
            if (at > CLUSTER) {
                cuts.add(at - 1);
                cuts.add(at + 1);
            }
        }
        cuts.add(length - 1);
        return cuts;
    }

    private void assertCut(Path top, int cut, byte[] content) throws IOException {
        byte[] got = new byte[SIZE];
        Optional<BlockException> refusal = Refusal.orNot(folder, () -> {
            byte[] read = read(top);
            System.arraycopy(read, 0, got, 0, SIZE);
        });
        if (refusal.isPresent()) {
            String message = refusal.get().getMessage();
            // Storage has whole sectors; what is behind a cut inside the first one reads as fields that are zero.
            int sectors = (cut + SECTOR - 1) / SECTOR * SECTOR;
            Refusal.assertTells(message, cut > 0 && cut < SECTOR ? List.of("middle.qcow2")
                    : List.of("middle.qcow2", Integer.toString(sectors)));
            assertTrue(message.contains("beyond the end of the file") || message.contains("allowed is")
                    || message.contains("zero byte"), message);
            return;
        }
        for (int i = 0; i < SIZE; i++) {
            int at = i;
            assertTrue(got[i] == content[i] || got[i] == 0, () -> "byte at " + at + " is stale");
        }
    }

    private static byte[] read(Path image) throws IOException {
        try (DiskFile file = DiskFile.openReadOnly(image)) {
            ByteBuffer all = ByteBuffer.allocate(SIZE);
            file.backend().read(0, all);
            return all.array();
        }
    }
}
