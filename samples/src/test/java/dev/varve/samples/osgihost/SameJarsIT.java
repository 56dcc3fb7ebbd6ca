// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.osgihost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.samples.embedding.ReadDisk;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same jars read the same disk on the class path, on the module path and in a framework. */
class SameJarsIT {
    private static final String MODULE = "disk.reader";

    private String image;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeDisk() throws IOException {
        image = TestDisk.write(folder.resolve("chain"));
    }

    @Test
    void read_onTheClassPath_isTheDisk() throws Exception {
        Path program = program();
        assertEquals(List.of(TestDisk.expected()), java("--enable-native-access=ALL-UNNAMED", "-cp",
                FrameworkFixture.BUNDLES.resolve("*") + File.pathSeparator + program, ReadDisk.class.getName(), image));
    }

    @Test
    void read_onTheModulePath_isTheDisk() throws Exception {
        Path program = program();
        Path declaration = Files.writeString(folder.resolve("module-info.java"),
                "module " + MODULE + " { requires dev.varve.api; }");
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-p",
                FrameworkFixture.BUNDLES.toString(), "-d", program.toString(), declaration.toString());
        assertEquals(0, status);
        assertEquals(List.of(TestDisk.expected()), java("--enable-native-access=dev.varve.drivers.raw", "-p",
                FrameworkFixture.BUNDLES + File.pathSeparator + program, "-m", MODULE + "/" + ReadDisk.class.getName(),
                image));
    }

    @Test
    void read_inAFramework_isTheDisk() throws Exception {
        Path host = Path.of(System.getProperty("varve.osgi.host"));
        List<String> out = java("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=deny", "-cp",
                host.resolve("*").toString(), OsgiHost.class.getName(), FrameworkFixture.BUNDLES.toString(), image);
        assertEquals("read " + TestDisk.expected(), out.getLast());
        assertTrue(out.stream().anyMatch(line -> line.startsWith("bundle dev.varve.drivers.qcow2 ")), out::toString);
        assertFalse(out.toString().contains("(not active)"), out::toString);
    }

    /** A folder with the program alone. */
    private Path program() throws IOException {
        String resource = ReadDisk.class.getName().replace('.', '/') + ".class";
        Path file = folder.resolve("program").resolve(resource);
        Files.createDirectories(file.getParent());
        try (InputStream in = ReadDisk.class.getClassLoader().getResourceAsStream(resource)) {
            Files.copy(in, file);
        }
        return folder.resolve("program");
    }

    /** Runs this Java with arguments to success; what it printed. */
    private List<String> java(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        int status = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start()
                .waitFor();
        String complaints = Files.readString(err);
        assertEquals(0, status, complaints);
        assertFalse(complaints.contains("restricted method"), complaints);
        return Files.readAllLines(out);
    }
}
