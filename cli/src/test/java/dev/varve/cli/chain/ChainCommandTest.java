// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Tool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ChainCommandTest {
    @TempDir
    private Path folder;
    private MixedChain chain;

    @BeforeEach
    void makeChain() throws IOException {
        chain = MixedChain.make(folder);
    }

    private static List<Object> column(List<Map<String, Object>> rows, String name) {
        return rows.stream().map(row -> row.get(name)).toList();
    }

    @Test
    void json_mixedLayers_countsWhatIsVisibleOfEach() {
        Map<String, Object> told = JsonTree.members(JsonTree.parse(
                Tool.varve("chain", "--output", "json", chain.top()).expect(0).out()));
        List<Map<String, Object>> layers = JsonTree.objects(told.get("layers"));
        assertEquals(List.of(0L, 1L, 2L), column(layers, "depth"));
        assertEquals(List.of("qcow2", "qcow2", "raw"), column(layers, "format"));
        assertEquals(List.of(chain.top().toString(), chain.middle().toString(), chain.base().toString()),
                column(layers, "filename"));
        assertEquals(List.of(3L << 20, 2L << 20, 1L << 20), column(layers, "virtual-size"));
        assertEquals(kib(64, 128, 832), column(layers, "owned"));
        assertEquals(kib(64, 64, 832), column(layers, "stored"));
        // Each layer is asked for what those above leave to it, and the end of a shorter one is the end of the walk.
        assertEquals(kib(3072 - 64, 3072 - 64 - 1024 - 128, 0), column(layers, "in-vain"));
        assertEquals(List.of(2048 * MixedChain.KIB, 1024 * MixedChain.KIB),
                List.of(told.get("unowned"), told.get("owned")));
        // 0 to 64, 64, 128, 192 to 256, 256, 320 to 1024, and two ends: below the middle and below the top.
        assertEquals(8L, told.get("extents"));
    }

    private static List<Long> kib(long... numbers) {
        return java.util.Arrays.stream(numbers).mapToObj(number -> number * MixedChain.KIB).toList();
    }

    @Test
    void json_sizesAndShares_fitTogether() throws IOException {
        Map<String, Object> told = JsonTree.members(JsonTree.parse(
                Tool.varve("chain", "--output", "json", chain.top()).expect(0).out()));
        for (Map<String, Object> layer : JsonTree.objects(told.get("layers"))) {
            long file = (Long) layer.get("actual-size");
            assertEquals(Math.max(0, file - (Long) layer.get("stored")), layer.get("hidden"));
            assertEquals((Long) layer.get("owned") / (double) (3 << 20), (Double) layer.get("share"), 1e-12);
        }
        double asked = (64 * 1 + 128 * 2 + 832 * 3 + 1024 * 2 + 1024 * 1) / 3072.0;
        assertEquals(asked, (Double) told.get("layers-asked"), 1e-12);
    }

    @Test
    void human_mixedLayers_hasALineALayerAndSums() {
        List<String> lines = Tool.varve("chain", chain.top()).expect(0).out().lines().toList();
        assertTrue(lines.get(1).matches(" +0 +qcow2 +3 MiB +.* 64 KiB +2\\.1 % .* 97\\.9 % +.*top\\.qcow2"),
                lines.get(1));
        assertTrue(lines.get(3).matches(" +2 +raw +1 MiB +1 MiB +832 KiB +27\\.1 % +192 KiB +0\\.0 % +.*base\\.raw"),
                lines.get(3));
        assertTrue(lines.get(4).startsWith("  all "), lines.get(4));
        assertEquals("3 layers of 3 own 33.3 % of the disk, in 8 extents; no layer owns 2 MiB (66.7 %), which reads as"
                + " zeroes.", lines.get(6));
    }

    @Test
    void svg_mixedLayers_isWellFormedAndShowsEachOwner() throws Exception {
        Path drawing = folder.resolve("map.svg");
        Tool.varve("chain", "--svg", drawing, chain.top()).expect(0);
        String text = Files.readString(drawing);
        Document svg = parse(text);
        assertEquals("svg", svg.getDocumentElement().getTagName());
        // Three owners and nobody.
        assertEquals(4, svg.getElementsByTagName("path").getLength());
        for (Path layer : List.of(chain.top(), chain.middle(), chain.base())) {
            assertTrue(text.contains("<title>depth ") && text.contains(", " + layer + "\n"), text);
        }
        assertTrue(!text.contains("http") || text.indexOf("http") == text.indexOf("http://www.w3.org/2000/svg"), text);
    }

    private static Document parse(String xml) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void svg_fileNameWithMarkup_isWellFormed() throws Exception {
        Path odd = folder.resolve("a<b>&\"c\u0001.raw");
        Files.write(odd, new byte[4096]);
        Path drawing = folder.resolve("map.svg");
        Tool.varve("chain", "-f", "raw", "--svg", drawing, odd).expect(0);
        parse(Files.readString(drawing));
    }

    @Test
    void svg_emptyDisk_isDrawn() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty.raw"));
        Path drawing = folder.resolve("map.svg");
        Tool.varve("chain", "-f", "raw", "--svg", drawing, empty).expect(0);
        parse(Files.readString(drawing));
    }

    @Test
    void svg_overALayerOfTheDisk_isRefusedAndHarmless() throws IOException {
        byte[] before = Files.readAllBytes(chain.base());
        Path link = Files.createSymbolicLink(folder.resolve("map.svg"), chain.base());
        for (Path name : List.of(chain.base(), link)) {
            assertEquals("varve: the drawing '" + name + "' is part of the disk '" + chain.top() + "'\n",
                    Tool.varve("chain", "--svg", name, chain.top()).expect(1).err());
        }
        assertArrayEquals(before, Files.readAllBytes(chain.base()));
    }

    @Test
    void svg_overAnotherKindOfFile_isRefused_overADrawingNot() throws IOException {
        Path notes = Files.writeString(folder.resolve("notes"), "only copy");
        assertTrue(Tool.varve("chain", "--svg", notes, chain.top()).expect(1).err()
                .contains("exists and is no SVG drawing"));
        assertEquals("only copy", Files.readString(notes));
        Path drawing = Files.writeString(folder.resolve("map.svg"), "<svg/>");
        Tool.varve("chain", "--svg", drawing, chain.top()).expect(0);
        assertTrue(Files.size(drawing) > 1000);
    }

    @Test
    void chainInsideARawImage_isThatImagesContent() {
        Map<String, Object> told = JsonTree.members(JsonTree.parse(Tool.varve("chain", "--output", "json", "--svg",
                folder.resolve("map.svg"), "--image-opts", "driver=raw,file.driver=qcow2,file.file.filename="
                        + chain.top()).expect(0).out()));
        List<Map<String, Object>> layers = JsonTree.objects(told.get("layers"));
        assertEquals(List.of("raw"), column(layers, "format"));
        assertEquals(kib(1024), column(layers, "owned"));
    }

    @Test
    void missingDisk_failsWithItsName() {
        assertTrue(Tool.varve("chain", folder.resolve("none")).expect(1).err().contains("none"));
        assertTrue(Tool.varve("chain").expect(1).err().contains("expecting one disk name"));
    }

    @Test
    void oneLayer_isTold() {
        String out = Tool.varve("chain", "-f", "raw", chain.base()).expect(0).out();
        assertTrue(out.contains("1 layer of 1 own 100.0 % of the disk, in 1 extent"), out);
    }
}
