// SPDX-License-Identifier: Apache-2.0
package dev.varve.plugin.vdi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.workload.DiskAssertions;
import dev.varve.conformance.workload.ModelDisk;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.StepMix;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same images under QEMU's tools and under the driver. */
class VdiInteropTest {
    private static final int SIZE = (7 << 20) + 512 * 3;
    private static final int STEPS = 60;

    private final BlockLayer layer = BlockLayer.load();

    @TempDir
    private Path folder;

    private static String run(String... command) throws IOException, InterruptedException {
        assumeTrue(Pattern.compile(File.pathSeparator, Pattern.LITERAL).splitAsStream(System.getenv("PATH"))
                .anyMatch(one -> Files.isExecutable(Path.of(one, command[0]))),
                "skipped: " + command[0] + " is not on the path");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + out);
        return out;
    }

    private BlockGraph graph(Path image, boolean readOnly) throws IOException {
        BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT);
        graph.add(new NodeDefinition(Map.of("driver", "vdi", "node-name", "disk", "read-only", readOnly, "file",
                Map.of("driver", "file", "filename", image.toString()))));
        return graph;
    }

    private static BlockBackend open(BlockGraph graph, Permissions permissions) throws IOException {
        return graph.openBackend(new dev.varve.api.block.NodeName("disk"), permissions);
    }

    private byte[] asQemuReads(Path image) throws IOException, InterruptedException {
        Path raw = folder.resolve("qemu.raw");
        run("qemu-img", "convert", "-f", "vdi", "-O", "raw", image.toString(), raw.toString());
        return Files.readAllBytes(raw);
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void imageOfQemu_writtenAtRandomByQemuIo_readsIdentical(String fixed) {
        Seed.run(random -> {
            Path image = folder.resolve("qemu.vdi");
            run("qemu-img", "create", "-q", "-f", "vdi", "-o", "static=" + fixed, image.toString(), "" + SIZE);
            List<String> command = new ArrayList<>(List.of("qemu-io", "-f", "vdi"));
            for (int i = 0; i < STEPS; i++) {
                int bytes = 1 + random.nextInt(1 << (1 + random.nextInt(20)));
                int offset = random.nextInt(SIZE - bytes);
                command.addAll(List.of("-c", "write -P " + (1 + random.nextInt(255)) + " " + offset + " " + bytes));
            }
            command.add(image.toString());
            run(command.toArray(String[]::new));
            try (BlockGraph graph = graph(image, true); BlockBackend disk = open(graph, Permissions.READ)) {
                assertArrayEquals(asQemuReads(image), DiskAssertions.read(disk, 0, SIZE));
                DiskAssertions.assertStatusTellsContent(graph, disk);
                assertTrue(disk.check(finding -> { }).isClean());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void imageOfThePlugin_writtenAtRandom_passesQemusCheckAndCompare(boolean fixed) {
        Seed.run(random -> {
            Path image = folder.resolve("varve.vdi");
            layer.create(NewImage.of("vdi", image.toString(), SIZE).with("static", fixed));
            ModelDisk model = new ModelDisk(new byte[SIZE]);
            try (BlockGraph graph = graph(image, false); BlockBackend disk = open(graph, Permissions.READ_WRITE)) {
                StepMix mix = StepMix.ofContent(1 << 20);
                for (int i = 0; i < STEPS; i++) {
                    model.step(mix.next(random, SIZE), disk);
                }
            }
            run("qemu-img", "check", "-f", "vdi", image.toString());
            Path raw = Files.write(folder.resolve("model.raw"), model.bytes());
            run("qemu-img", "compare", "-f", "vdi", "-F", "raw", image.toString(), raw.toString());
            String info = run("qemu-img", "info", "--output", "json", image.toString());
            assertTrue(info.contains("\"virtual-size\": " + SIZE) && info.contains("\"format\": \"vdi\""), info);
        });
    }

    @Test
    void imageOfQemu_writtenByThePluginAndByQemuAgain_passesQemusCheck() throws Exception {
        Path image = folder.resolve("both.vdi");
        run("qemu-img", "create", "-q", "-f", "vdi", image.toString(), "" + SIZE);
        run("qemu-io", "-f", "vdi", "-c", "write -P 1 5M 64k", image.toString());
        try (BlockGraph graph = graph(image, false); BlockBackend disk = open(graph, Permissions.READ_WRITE)) {
            disk.write(3 << 20, java.nio.ByteBuffer.wrap(new byte[] {2, 2, 2}));
        }
        run("qemu-io", "-f", "vdi", "-c", "write -P 3 1M 512", "-c", "read -P 1 5M 64k", "-c", "read -P 2 3M 3",
                image.toString());
        run("qemu-img", "check", "-f", "vdi", image.toString());
        try (BlockGraph graph = graph(image, true); BlockBackend disk = open(graph, Permissions.READ)) {
            assertArrayEquals(asQemuReads(image), DiskAssertions.read(disk, 0, SIZE));
        }
    }

    @Test
    void grownImage_underQemu_hasItsSizeAndZeroes() throws Exception {
        Path image = folder.resolve("grown.vdi");
        layer.create(NewImage.of("vdi", image.toString(), SIZE));
        try (BlockGraph graph = graph(image, false); BlockBackend disk = open(graph, Permissions.READ_WRITE)) {
            disk.write(SIZE - 512, java.nio.ByteBuffer.allocate(512).put(0, (byte) 9));
            disk.truncate(100L << 20, Preallocation.OFF);
            disk.write((100 << 20) - 1, java.nio.ByteBuffer.wrap(new byte[] {4}));
        }
        run("qemu-img", "check", "-f", "vdi", image.toString());
        byte[] expected = new byte[100 << 20];
        expected[SIZE - 512] = 9;
        expected[expected.length - 1] = 4;
        assertArrayEquals(expected, asQemuReads(image));
    }
}
