// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileIdentityTest {
    private final FileIdentity files = new FileIdentity();
    @TempDir
    private Path folder;

    @BeforeEach
    void makeFiles() throws IOException {
        Files.createDirectory(folder.resolve("real"));
        Files.createFile(folder.resolve("real/a"));
        Files.createFile(folder.resolve("real/b"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        Files.createSymbolicLink(folder.resolve("real/toA"), Path.of("a"));
    }

    private String of(String name) {
        return files.of(folder.resolve(name).toString());
    }

    @Test
    void names_ofOneFile_areTheSame() throws IOException {
        String real = folder.resolve("real/a").toRealPath().toString();
        for (String name : new String[] {"real/a", "link/a", "real/toA", "link/toA", "real/../link/./a", "real//a"}) {
            assertEquals(real, of(name), name);
        }
    }

    @Test
    void names_ofOtherFiles_differ() {
        assertNotEquals(of("real/a"), of("real/b"));
        assertEquals(of("link/b"), of("real/b"));
    }

    @Test
    void name_ofNothing_isItself() {
        assertEquals(folder.resolve("none").toString(), of("none"));
        assertEquals("\0", files.of("\0"));
        assertEquals("nbd://host/a", files.of("nbd://host/a"));
    }

    @Test
    void folders_inEveryForm_areThemselves() throws IOException {
        String real = folder.resolve("real").toRealPath().toString();
        assertEquals(real, of("link"));
        assertEquals(real, of("real/."));
        assertEquals(real, of("real/../real"));
        assertEquals("/", files.of("/"));
    }
}
