// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.GraphDefinition;
import dev.varve.api.graph.GraphFile;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.Varve;
import dev.varve.cli.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphFileTest {
    private static final String NODE = "{\"node-name\":\"n\",\"driver\":\"null-co\",\"size\":\"%s\"}";

    @TempDir
    private Path folder;

    private Path write(String name, String json) throws IOException {
        return Files.writeString(folder.resolve(name), json);
    }

    private static Object size(GraphDefinition definition) {
        return definition.nodes().getFirst().options().get("size");
    }

    private static GraphDefinition read(String json) throws IOException {
        return Varve.layer().readGraph(GraphFile.of(json));
    }

    /** The example of the manual, word for word but for the secret, which needs a file. */
    private void makeManualExample() throws IOException {
        Path page = Path.of("docs", "manual", "graph-files.md");
        String manual = Files.readString(Files.exists(page) ? page : Path.of("..").resolve(page));
        int start = manual.indexOf("```json\n") + 8;
        String json = manual.substring(start, manual.indexOf("```", start));
        Path key = Files.writeString(folder.resolve("key"), "x");
        write("disks.json", json.replace("/run/secrets/disk-key", key.toString()));
        Tool.varve("create", "-q", "-f", "qcow2", folder.resolve("base.qcow2"), "1M").expect(0);
        Tool.varve("io", "-f", "qcow2", "-c", "write -P 7 0 64k", folder.resolve("base.qcow2")).expect(0);
        for (String disk : new String[] {"red", "blue"}) {
            Tool.varve("create", "-q", "-f", "qcow2", "-b", "base.qcow2", "-F", "qcow2",
                    folder.resolve(disk + ".qcow2")).expect(0);
        }
    }

    @Test
    void graph_ofTheManual_opensTwoDisksOverOneBase() throws IOException {
        makeManualExample();
        try (BlockGraph graph = Varve.graph(folder.resolve("disks.json"))) {
            for (String disk : new String[] {"red", "blue"}) {
                try (BlockBackend backend = graph.openBackend(new NodeName(disk), Permissions.READ)) {
                    ByteBuffer first = ByteBuffer.allocate(1);
                    backend.read(0, first);
                    assertEquals(7, first.get(0), disk);
                }
            }
            assertEquals(1, graph.nodes().stream().filter(node -> node.filename().endsWith("base.qcow2"))
                    .filter(node -> node.driver().equals("qcow2")).count());
        }
    }

    @Test
    void graphOption_withANode_takesThatDisk() throws IOException {
        makeManualExample();
        Path file = folder.resolve("disks.json");
        assertTrue(Tool.varve("map", "--graph", file, "--node", "red", "--output", "json").expect(0).out()
                .contains("\"data\": true"));
    }

    @Test
    void property_ofTheCaller_winsOverTheFilesOwn() throws IOException {
        String json = "[{\"properties\":{\"bytes\":5}}," + NODE.formatted("${bytes}") + "]";
        assertEquals("5", size(read(json)));
        assertEquals("6", size(Varve.layer().readGraph(
                GraphFile.of(json).withProperties(Map.of("bytes", "6")))));
    }

    @Test
    void property_withoutValue_isItsDefaultOrAnError() throws IOException {
        assertEquals("64k", size(read(NODE.formatted("${no-such:-64k}"))));
        assertEquals("${x}", size(read(NODE.formatted("$${x}"))));
        BlockException refused = assertThrows(BlockException.class, () -> read(NODE.formatted("${no-such}")));
        assertEquals("property 'no-such' has no value; '${no-such:-VALUE}' would give it a default",
                refused.problem());
    }

    @Test
    void property_thatLooksLikeJson_staysText() throws IOException {
        String value = "\"}, {\"driver\": \"x";
        assertEquals(value, size(Varve.layer().readGraph(GraphFile.of(NODE.formatted("${p}"))
                .withProperties(Map.of("p", value)))));
    }

    @Test
    void include_isRelativeToTheFile_andReadOnce() throws IOException {
        Files.createDirectory(folder.resolve("sub"));
        write("sub/node.json", "[{\"properties\":{\"s\":1,\"t\":2}}," + NODE.formatted("${s}.${t}.${here}") + "]");
        write("sub/more.json", "{\"include\":\"node.json\"}");
        Path top = write("top.json", "{\"properties\":{\"s\":9},\"include\":[\"sub/more.json\",\"sub/node.json\"]}");
        GraphDefinition read = Varve.layer().readGraph(GraphFile.read(top));
        assertEquals(1, read.nodes().size());
        assertEquals("9.2." + folder.resolve("sub").toRealPath(), size(read));
    }

    @Test
    void include_inACircle_isRefused() throws IOException {
        Path a = write("a.json", "{\"include\":\"b.json\"}");
        write("b.json", "{\"include\":\"a.json\"}");
        BlockException refused = assertThrows(BlockException.class,
                () -> Varve.layer().readGraph(GraphFile.read(a)));
        assertTrue(refused.problem().startsWith("graph file '" + a.toRealPath() + "' includes itself by way of '"),
                refused.problem());
    }

    @Test
    void include_ofAMissingFile_namesIt() throws IOException {
        Path a = write("a.json", "{\"include\":\"missing.json\"}");
        BlockException refused = assertThrows(BlockException.class,
                () -> Varve.layer().readGraph(GraphFile.read(a)));
        assertTrue(refused.problem().contains("missing.json' cannot be read: no such file"), refused.problem());
    }

    @Test
    void section_withAnUnknownPart_isRefused() {
        assertTrue(assertThrows(BlockException.class, () -> read("{\"nodes\":[],\"colour\":1}")).problem()
                .startsWith("unknown part 'colour' of a graph file"));
    }

    @Test
    void secret_ofTheEnvironment_isFound() throws IOException {
        String path = System.getenv("PATH");
        GraphDefinition read = read("{\"qom-type\":\"secret\",\"id\":\"s\",\"env\":\"PATH\"}");
        GraphSettings settings = Varve.layer().withObjects(GraphSettings.DEFAULT, read.objects());
        assertArrayEquals(path.getBytes(StandardCharsets.UTF_8), settings.secrets().find("s").orElseThrow());
    }

    @Test
    void parseGraph_ofAFileWithObjects_isRefused() {
        assertThrows(BlockException.class, () -> Varve.layer().parseGraph(
                "{\"qom-type\":\"throttle-group\",\"id\":\"g\"}"));
    }
}
