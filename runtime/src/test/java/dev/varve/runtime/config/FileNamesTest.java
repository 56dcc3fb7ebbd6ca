// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {
    @ParameterizedTest
    @CsvSource({"file:a,file", "x:y.qcow2,x", "null-co://,null-co", ":a,''", "a:,a", "json:{},json", "nbd://h/e,nbd"})
    void protocol_colonBeforeAnySlash_isWhatStandsBeforeIt(String name, String protocol) {
        assertEquals(protocol, FileNames.protocol(name).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"a", "./a:b", "/a:b", "d/a:b", "''", "a/b"})
    void protocol_noColonBeforeAnySlash_isNone(String name) {
        assertTrue(FileNames.protocol(name).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"top,base,base", "/d/top,base,/d/base", "d/top,../base,d/../base", "./x:y,base,./base",
        "file:d/top,base,file:d/base", "file:top,base,file:base", "nbd://h/e,base,nbd://h/base"})
    void combine_relativeName_standsInTheFolderOfTheBase(String base, String name, String combined) {
        assertEquals(combined, FileNames.combine(base, name));
    }

    @Test
    void isDrive_letterAndColon_onWindowsOnly() {
        assertTrue(FileNames.isDrive("c:\\disk", '\\'));
        assertFalse(FileNames.isDrive("c:/disk", '/'));
        assertFalse(FileNames.isDrive("cd:x", '\\'));
    }

    @Test
    void localDriver_device_isHostDevice() {
        assumeTrue(Files.exists(Path.of("/dev/null")), "needs /dev/null");
        assertEquals("host_device", FileNames.localDriver("/dev/null"));
    }

    @Test
    void localDriver_regularFile_isFile(@TempDir Path folder) throws IOException {
        assertEquals("file", FileNames.localDriver(Files.createFile(folder.resolve("disk")).toString()));
    }

    @ParameterizedTest
    @CsvSource({"/no/such/file", "/dev", "json:{}"})
    void localDriver_noDevice_isFile(String name) {
        assertEquals("file", FileNames.localDriver(name));
    }

    @Test
    void localDriver_nameThatIsNoPath_isFile() {
        assertEquals("file", FileNames.localDriver("a\0b"));
    }

    @Test
    void nameWithoutItsProtocol_colonLeft_isStillAFileName() {
        assertEquals("./image:top", FileNames.withoutPrefix("image:top"));
        assertEquals("a/b:c", FileNames.withoutPrefix("a/b:c"));
    }
}
