// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The names by which images are shown; what they are was taken from qemu-img. */
class ImageNamesTest {
    @TempDir
    private Path folder;
    private Path disk;

    @BeforeEach
    void makeDisk() throws IOException {
        disk = folder.resolve("disk.raw");
        Files.write(disk, new byte[64 << 10]);
    }

    private static String shown(Object... words) {
        String first = Tool.program("qemu-img", "", words).expect(0).out().lines().findFirst().orElse("");
        return first.substring("image: ".length());
    }

    @Test
    void definition_thatSaysNoMoreThanAName_isShownAsTheName() {
        String json = "json:{'driver':'raw','file':{'driver':'file','filename':'" + disk + "','locking':'off'}}";
        assertEquals(disk.toString(), shown("info", json));
    }

    @Test
    void optionThatChangesTheContent_isShown() {
        String json = "json:{'driver':'raw','offset':512,'file':{'driver':'file','filename':'" + disk + "'}}";
        assertEquals("json:{\"offset\": 512, \"driver\": \"raw\", \"file\": {\"driver\": \"file\", \"filename\": \""
                + disk + "\"}}", shown("info", json));
    }

    @Test
    void nullDisk_withoutOptions_hasItsName() {
        assertEquals("null-co://", shown("info", "null-co://"));
        assertEquals("null-co://", shown("info", "json:{'driver':'null-co'}"));
        assertEquals("json:{\"driver\": \"null-co\", \"size\": 65536}",
                shown("info", "json:{'driver':'null-co','size':65536}"));
    }
}
