// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {
    @TempDir
    private Path folder;
    private MixedChain chain;

    @BeforeEach
    void makeChain() throws IOException {
        chain = MixedChain.make(folder);
    }

    private static List<Map<String, Object>> explain(Object... words) {
        List<Object> all = new ArrayList<>(List.of("explain", "--output", "json"));
        all.addAll(List.of(words));
        return JsonTree.objects(JsonTree.parse(Tool.varve(all.toArray()).expect(0).out()));
    }

    private static List<Object> column(List<Map<String, Object>> rows, String name) {
        return rows.stream().map(row -> row.getOrDefault(name, "none")).toList();
    }

    private static long effort(Map<String, Object> row, String when, String what) {
        return (Long) JsonTree.members(row.get(when)).get(what);
    }

    @Test
    void json_wholeDisk_tellsOwnerKindAndPlaceOfEachExtent() {
        List<Map<String, Object>> rows = explain(chain.top(), "0", "3M");
        assertEquals(kib(0, 64, 128, 192, 256, 320, 1024, 2048), column(rows, "start"));
        assertEquals(kib(64, 64, 64, 64, 64, 704, 1024, 1024), column(rows, "length"));
        assertEquals(List.of(2L, 1L, 0L, 2L, 1L, 2L, 1L, 0L), column(rows, "depth"));
        assertEquals(List.of("data", "data", "data", "data", "zero", "data", "nothing", "nothing"),
                column(rows, "kind"));
        assertEquals(List.of(3L, 2L, 1L, 3L, 2L, 3L, 2L, 1L), column(rows, "layers-without-index"));
        assertEquals(192 * MixedChain.KIB, rows.get(3).get("host-offset"));
        assertEquals(chain.base().toString(), rows.get(3).get("host-filename"));
        assertEquals(chain.middle().toString(), rows.get(1).get("filename"));
        assertEquals("none", column(rows, "host-offset").get(4));
    }

    private static List<Object> kib(long... numbers) {
        List<Object> bytes = new ArrayList<>();
        for (long number : numbers) {
            bytes.add(number * MixedChain.KIB);
        }
        return bytes;
    }

    @Test
    void json_firstLook_buildsAndTheSecondHits() {
        Map<String, Object> row = explain(chain.top(), "0").get(0);
        assertEquals(1, effort(row, "now", "builds"));
        assertTrue(effort(row, "now", "layers-asked") >= 1);
        assertEquals(0, effort(row, "again", "builds"));
        assertEquals(1, effort(row, "again", "hits"));
        assertEquals(0, effort(row, "again", "layers-asked"));
    }

    @Test
    void json_build_asksNoLayerBelowTheOwner() {
        assertEquals(1, effort(explain(chain.top(), "128k", "64k").get(0), "now", "layers-asked"));
        assertEquals(2, effort(explain(chain.top(), "64k", "64k").get(0), "now", "layers-asked"));
        assertEquals(3, effort(explain(chain.top(), "0", "64k").get(0), "now", "layers-asked"));
    }

    @Test
    void json_withoutCollapse_walksEachTime() {
        Map<String, Object> row = explain("--image-opts", "driver=qcow2,chain-collapse=off,file.filename="
                + chain.top(), "0").get(0);
        for (String when : List.of("now", "again")) {
            assertEquals(1, effort(row, when, "walks"), when);
            assertEquals(0, effort(row, when, "hits") + effort(row, when, "builds"), when);
            assertEquals(3, effort(row, when, "layers-asked"), when);
        }
        assertEquals(3L, row.get("layers-without-index"));
    }

    @Test
    void withoutLength_oneExtentFromTheOffsetOn() {
        List<Map<String, Object>> rows = explain(chain.top(), "330k");
        assertEquals(kib(330), column(rows, "start"));
        assertEquals(kib(1024 - 330), column(rows, "length"));
    }

    @Test
    void rangeBehindTheEnd_isCut() {
        assertEquals(kib(1), column(explain(chain.top(), "3071k", "1G"), "length"));
    }

    @Test
    void human_oneExtent_readsLikeThis() {
        List<String> lines = Tool.varve("explain", chain.top(), "64k", "64k").expect(0).out().lines().toList();
        assertTrue(lines.get(0).matches(" *offset +length +depth +node +kind +host offset +host file +now +again +"
                + "without index +layer's file"), lines.get(0));
        assertTrue(lines.get(1).matches("0x10000 +0x10000 +1 +#block\\d+ +data +0x[0-9a-f]+ +same +"
                + "build: asks \\d layers? +hit +2 layers +" + chain.middle()), lines.get(1));
        assertTrue(lines.get(3).startsWith("1 extent, 64 KiB. To find them a reader does now: 1 build, asking "),
                lines.get(3));
    }

    @Test
    void oneLayer_isWalked() {
        String out = Tool.varve("explain", "-f", "raw", chain.base(), "0").expect(0).out();
        assertTrue(out.contains("walk: asks 1 layer "), out);
        assertFalse(out.contains("build"), out);
    }

    @Test
    void filterOnTop_doesNotCountAsALayer() throws IOException {
        Path graph = folder.resolve("graph.json");
        Files.writeString(graph, "{\"driver\": \"copy-on-read\", \"file\": {\"driver\": \"qcow2\", \"file\": "
                + "{\"driver\": \"file\", \"filename\": \"" + chain.top() + "\"}}}");
        List<Map<String, Object>> rows = explain("--graph", graph, "128k", "128k");
        assertEquals(List.of(0L, 2L), column(rows, "depth"));
        assertEquals(kib(64, 64), column(rows, "length"));
    }

    @Test
    void wrongArguments_areNamed() {
        assertWrong("expecting a disk name, an offset and perhaps a length, given are 1 operand", chain.top());
        assertWrong("given are 4 operands", chain.top(), "0", "1", "2");
        assertWrong("OFFSET: ", chain.top(), "12q");
        assertWrong("LENGTH: ", chain.top(), "0", "x");
        assertWrong("LENGTH is 0, allowed is: at least 1", chain.top(), "0", "0");
        assertWrong("offset 3145728 lies behind the end of '" + chain.top() + "', which has 3145728 bytes",
                chain.top(), "3M");
        assertWrong("'xml' is not allowed", "--output", "xml", chain.top(), "0");
    }

    private static void assertWrong(String message, Object... words) {
        List<Object> all = new ArrayList<>(List.of("explain"));
        all.addAll(List.of(words));
        Tool run = Tool.varve(all.toArray()).expect(1);
        assertTrue(run.err().contains(message), run.err());
        assertEquals("", run.out());
    }
}
