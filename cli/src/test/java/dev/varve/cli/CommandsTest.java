// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on raw files, with the installed runtime. */
class CommandsTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    private Path folder;
    private Path disk;
    private final byte[] content = new byte[5 * MEBIBYTE];

    @BeforeEach
    void makeDisk() throws IOException {
        disk = folder.resolve("disk.raw");
        new Random(1).nextBytes(content);
        java.util.Arrays.fill(content, MEBIBYTE, 3 * MEBIBYTE, (byte) 0);
        Files.write(disk, content);
    }

    @Test
    void create_makesAnImageAndSaysSo() throws IOException {
        Path image = folder.resolve("new.raw");
        assertEquals("Formatting '" + image + "', fmt=raw size=1048576\n",
                Tool.varve("create", "-f", "raw", image, "1M").expect(0).out());
        assertEquals(MEBIBYTE, Files.size(image));
    }

    @Test
    void createWithoutSize_isRefusedAndMakesNothing() {
        Path image = folder.resolve("new.raw");
        assertTrue(Tool.varve("create", image).expect(1).err().contains("needs a size"));
        assertFalse(Files.exists(image));
    }

    @Test
    void createOfAnUnknownFormat_namesTheNearest() {
        String err = Tool.varve("create", "-f", "rav", folder.resolve("x"), "1M").expect(1).err();
        assertTrue(err.contains("did you mean 'raw'?"), err);
    }

    @Test
    void createWithAnUnknownOption_namesTheNearest() {
        String err = Tool.varve("create", "-o", "prealocation=off", folder.resolve("x"), "1M").expect(1).err();
        assertTrue(err.contains("Invalid parameter 'prealocation' of format 'raw'; did you mean 'preallocation'?"),
                err);
    }

    @Test
    void createWithABackingFileWithoutItsFormat_isRefused() {
        assertTrue(Tool.varve("create", "-f", "qcow2", "-b", "x", folder.resolve("o"), "1M").expect(1).err()
                .contains("Could not open backing image."));
    }

    @Test
    void convert_copiesAndLeavesZeroesOut() throws IOException {
        Path copy = folder.resolve("copy.raw");
        assertEquals("", Tool.varve("convert", "-f", "raw", disk, copy).expect(0).out());
        assertArrayEquals(content, Files.readAllBytes(copy));
        long blocks = Files.getAttribute(copy, "unix:nlink") == null ? 0 : blocksOf(copy);
        assertTrue(blocks <= 3L * MEBIBYTE + 65536, () -> "the copy occupies " + blocks);
    }

    private static long blocksOf(Path file) {
        String out = Tool.run("stat", "-c", "%b %B", file).expect(0).out().strip();
        int blank = out.indexOf(' ');
        return Long.parseLong(out.substring(0, blank)) * Long.parseLong(out.substring(blank + 1));
    }

    @Test
    void convertWithoutSparse_writesAll() {
        Path copy = folder.resolve("copy.raw");
        Tool.varve("convert", "-f", "raw", "-S", "0", disk, copy).expect(0);
        assertTrue(blocksOf(copy) >= content.length);
    }

    @Test
    void convertOfSeveralSources_putsOneBehindTheOther() throws IOException {
        Path odd = folder.resolve("odd.raw");
        Files.write(odd, new byte[] {1, 2, 3});
        Path copy = folder.resolve("copy.raw");
        Tool.varve("convert", "-f", "raw", odd, disk, odd, copy).expect(0);
        byte[] expected = new byte[content.length + 1024];
        expected[0] = 1;
        expected[1] = 2;
        expected[2] = 3;
        System.arraycopy(content, 0, expected, 512, content.length);
        System.arraycopy(expected, 0, expected, 512 + content.length, 3);
        assertArrayEquals(expected, Files.readAllBytes(copy));
    }

    @Test
    void convertIntoAnExistingTarget_overwritesItsZeroes() throws IOException {
        Path copy = folder.resolve("copy.raw");
        byte[] garbage = new byte[content.length];
        java.util.Arrays.fill(garbage, (byte) 0x55);
        Files.write(copy, garbage);
        Tool.varve("convert", "-f", "raw", "-n", disk, copy).expect(0);
        assertArrayEquals(content, Files.readAllBytes(copy));
    }

    @Test
    void convertIntoASmallerTarget_isRefused() throws IOException {
        Path copy = folder.resolve("copy.raw");
        Files.write(copy, new byte[512]);
        assertTrue(Tool.varve("convert", "-f", "raw", "-n", disk, copy).expect(1).err().contains("smaller"));
    }

    @Test
    void convertIntoItsOwnSource_isRefusedAndHarmless() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.raw"), disk);
        assertTrue(Tool.varve("convert", "-f", "raw", disk, link).expect(1).err().contains("part of the source"));
        assertArrayEquals(content, Files.readAllBytes(disk));
    }

    @Test
    void convertThatFails_removesItsTarget() {
        Path copy = folder.resolve("copy.raw");
        Tool.varve("convert", "--image-opts", "driver=raw,size=1048576,file.driver=file,file.filename=" + disk,
                "-O", "raw", "-o", "preallocation=bogus", copy).expect(1);
        assertFalse(Files.exists(copy));
    }

    @Test
    void convertWithProgress_endsAtAHundred() {
        String out = Tool.varve("convert", "-p", "-f", "raw", disk, folder.resolve("copy.raw")).expect(0).out();
        assertTrue(out.startsWith("    (0.00/100%)\r") && out.endsWith("    (100.00/100%)\r\n"), out);
    }

    @Test
    void convertToCompressedRaw_isRefused() {
        assertTrue(Tool.varve("convert", "-c", disk, folder.resolve("x")).expect(1).err()
                .contains("Compression not supported for this file format"));
        assertFalse(Files.exists(folder.resolve("x")));
    }

    @Test
    void compare_tellsWhereContentDiffers() throws IOException {
        Path other = folder.resolve("other.raw");
        byte[] changed = content.clone();
        changed[4 * MEBIBYTE + 700]++;
        Files.write(other, changed);
        assertEquals("Content mismatch at offset " + (4 * MEBIBYTE + 512) + "!\n",
                Tool.varve("compare", "-f", "raw", "-F", "raw", disk, other).expect(1).out());
    }

    @Test
    void compareWithALongerDisk_ofZeroes_warns() throws IOException {
        Path longer = folder.resolve("longer.raw");
        Files.write(longer, java.util.Arrays.copyOf(content, 6 * MEBIBYTE));
        assertEquals("Warning: Image size mismatch!\nImages are identical.\n",
                Tool.varve("compare", "-f", "raw", "-F", "raw", disk, longer).expect(0).out());
        assertEquals("Strict mode: Image size mismatch!\n",
                Tool.varve("compare", "-s", "-f", "raw", "-F", "raw", disk, longer).expect(1).out());
    }

    @Test
    void compareWithALongerDisk_ofData_differs() throws IOException {
        Path longer = folder.resolve("longer.raw");
        byte[] bytes = java.util.Arrays.copyOf(content, 6 * MEBIBYTE);
        bytes[bytes.length - 1] = 1;
        Files.write(longer, bytes);
        String out = Tool.varve("compare", "-f", "raw", "-F", "raw", longer, disk).expect(1).out();
        assertTrue(out.endsWith("Content mismatch at offset " + (6 * MEBIBYTE - 512) + "!\n"), out);
    }

    @Test
    void compareWithAMissingDisk_exitsWithTwo() {
        Tool.varve("compare", disk, folder.resolve("missing")).expect(2);
    }

    @Test
    void checkOfRaw_exitsWithSixtyThree() {
        assertEquals("varve: This image format does not support checks\n",
                Tool.varve("check", "-f", "raw", disk).expect(63).err());
    }

    @Test
    void map_keepsToTheRange() {
        String out = Tool.varve("map", "-f", "raw", "--output", "json", "-s", "4k", "-l", "8k", disk).expect(0).out();
        assertEquals("[{ \"start\": 4096, \"length\": 8192, \"depth\": 0, \"present\": true, \"zero\": false, "
                + "\"data\": true, \"offset\": 4096}]\n", out);
    }

    @Test
    void graphFile_givesTheDiskOfItsLastDefinitionOrOfTheNodeNamed() throws IOException {
        Path graph = folder.resolve("graph.json");
        Files.writeString(graph, "[{\"node-name\": \"store\", \"driver\": \"file\", \"filename\": \"" + disk + "\"},"
                + "{\"node-name\": \"part\", \"driver\": \"raw\", \"file\": \"store\", \"offset\": 1048576}]");
        assertTrue(Tool.varve("info", "--graph", graph).expect(0).out().contains("virtual size: 4 MiB"));
        assertTrue(Tool.varve("info", "--graph", graph, "--node", "store").expect(0).out()
                .contains("virtual size: 5 MiB"));
        assertTrue(Tool.varve("info", "--graph", graph, "--node", "none").expect(1).err().contains("no node 'none'"));
    }

    @Test
    void graph_isDrawnInEachForm() {
        assertTrue(Tool.varve("graph", "-f", "raw", disk).expect(0).out().contains("file: "));
        assertTrue(Tool.varve("graph", "-f", "raw", "--output", "json", disk).expect(0).out().startsWith("{\n"));
        assertTrue(Tool.varve("graph", "-f", "raw", "--output", "dot", disk).expect(0).out().startsWith("digraph"));
        assertTrue(Tool.varve("graph", "-f", "raw", "--output", "svg", disk).expect(0).out().startsWith("<svg"));
        assertTrue(Tool.varve("graph", "--output", "png", disk).expect(1).err().contains("text, json, dot, svg"));
    }

    @Test
    void bench_tellsRequestsAndFigures() {
        String out = Tool.varve("bench", "-f", "raw", "-c", 100, "-d", 2, "--cold", disk).expect(0).out();
        assertTrue(out.startsWith("Sending 100 read requests, 4096 bytes each, 2 in parallel (starting at offset 0, "
                + "step size 4096)\nRun completed in "), out);
    }

    @Test
    void benchForPrograms_tellsTheWarmUp() {
        String out = Tool.varve("bench", "-f", "raw", "-c", 100, "-d", 1, "--random", "--output", "json", disk)
                .expect(0).out();
        assertTrue(!out.contains("\"warm-up-requests\": 0,") && out.contains("\"inserted-visits-per-request\": 0.0"),
                out);
    }

    @Test
    void benchThatWrites_writesThePattern() throws IOException {
        Tool.varve("bench", "-f", "raw", "-w", "-c", 1280, "-d", 4, "--pattern", 7, "--flush-interval", 100, "-q",
                disk).expect(0);
        byte[] expected = new byte[content.length];
        java.util.Arrays.fill(expected, (byte) 7);
        assertArrayEquals(java.util.Arrays.copyOf(expected, content.length - 8192),
                java.util.Arrays.copyOf(Files.readAllBytes(disk), content.length - 8192));
    }
}
