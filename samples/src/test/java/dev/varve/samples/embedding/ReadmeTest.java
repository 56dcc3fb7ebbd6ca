// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.Varve;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in README compiles and does what it says. */
class ReadmeTest {
    @TempDir
    private Path folder;

    private static String program() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        int begin = readme.indexOf("```java\n") + 8;
        List<String> lines = readme.substring(begin, readme.indexOf("```", begin)).lines().toList();
        String imports = lines.stream().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
        String body = lines.stream().filter(line -> !line.startsWith("import ")).collect(Collectors.joining("\n"));
        return imports + "\nclass Readme { public static void main(String[] args) throws Exception {\n" + body + "\n}}";
    }

    private void makeChain() throws IOException {
        Path base = folder.resolve("monday.qcow2");
        Path disk = folder.resolve("disk.qcow2");
        Varve.layer().create(NewImage.of("qcow2", base.toString(), 1 << 20));
        Varve.layer().create(NewImage.of("qcow2", disk.toString(), 1 << 20).with("backing_file", base.toString())
                .with("backing_fmt", "qcow2"));
        try (BlockBackend writer = Varve.open(disk, Permissions.READ_WRITE)) {
            writer.write(65_536, ByteBuffer.wrap(new byte[] {42}));
        }
    }

    @Test
    void embeddingCode_runFromSource_printsTheDiskAndItsChanges() throws Exception {
        makeChain();
        Path source = Files.writeString(folder.resolve("Readme.java"), program());
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        int code = new ProcessBuilder(java, "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                source.toString()).directory(folder.toFile()).redirectOutput(out.toFile())
                .redirectError(err.toFile()).start().waitFor();
        String said = Files.readString(err);
        assertEquals(0, code, said);
        assertEquals(1 << 20, Files.size(out));
        assertEquals(42, Files.readAllBytes(out)[65_536]);
        assertTrue(said.contains(" 65536 65536 DATA"), said);
    }
}
