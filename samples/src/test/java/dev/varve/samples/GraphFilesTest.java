// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.chain.ChainWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The graphs of samples/graphs are valid, and those that need no device open and can be read. */
class GraphFilesTest {
    private static final Path GRAPHS = Path.of("graphs");
    private static final ChainPlan PLAN = new ChainPlan(2, 1 << 20, ChainShape.STRIPE);

    private final BlockLayer layer = BlockLayer.load();

    @TempDir
    private Path folder;

    static List<String> graphs() throws IOException {
        try (Stream<Path> files = Files.list(GRAPHS)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    static List<String> openable() throws IOException {
        return graphs().stream().filter(name -> !name.equals("host-device.json")).toList();
    }

    private List<NodeDefinition> parse(String name) throws IOException {
        String json = Files.readString(GRAPHS.resolve(name)).replace("${top}", "overlay.qcow2");
        return layer.parseGraph(json).stream().map(definition -> new NodeDefinition(inFolder(definition.options())))
                .toList();
    }

    /** The options with every relative file name meant relative to the test's folder. */
    private Map<String, Object> inFolder(Map<?, ?> options) {
        Map<String, Object> moved = new LinkedHashMap<>();
        options.forEach((name, value) -> moved.put((String) name, switch (value) {
            case Map<?, ?> nested -> inFolder(nested);
            case String file when name.equals("filename") -> folder.resolve(file).toString();
            case null, default -> value;
        }));
        return moved;
    }

    private void makeImages() throws IOException {
        new ChainWriter(PLAN).write(folder);
        Files.move(folder.resolve(ChainPlan.fileName(1)), folder.resolve("overlay.qcow2"));
        Files.copy(folder.resolve(ChainPlan.fileName(0)), folder.resolve("base.qcow2"));
        Files.write(folder.resolve("disk.raw"), new byte[1 << 20]);
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void parseGraph_everyFile_isValid(String name) throws IOException {
        assertFalse(parse(name).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("openable")
    void add_everyFileWithItsImages_opensADiskThatCanBeRead(String name) throws IOException {
        makeImages();
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT)) {
            NodeName root = null;
            for (NodeDefinition definition : parse(name)) {
                root = graph.add(definition);
            }
            try (BlockBackend disk = graph.openBackend(root, Permissions.READ)) {
                assertTrue(disk.size() > 0);
                disk.read(disk.size() - 512, ByteBuffer.allocate(512));
            }
        }
    }

    @Test
    void add_hostDeviceThatIsAFile_isRefusedByTheDriver() throws IOException {
        makeImages();
        NodeDefinition device = parse("host-device.json").getFirst();
        Map<String, Object> storage = Map.of("driver", "host_device", "filename",
                folder.resolve("disk.raw").toString());
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT)) {
            BlockException refused = assertThrows(BlockException.class,
                    () -> graph.add(device.with("file", storage)));
            assertEquals(ErrorKind.INVALID_OPTION, refused.kind(), refused.getMessage());
        }
    }
}
