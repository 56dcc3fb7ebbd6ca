// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options of qcow2 images that are changed afterwards: in the file, or of a disk that is open. */
class Qcow2ChangesTest {
    @TempDir
    private Path folder;

    private String disk = "";

    @BeforeEach
    void create() {
        disk = folder.resolve("disk").toString();
        Tool.varve("create", "-q", "-f", "qcow2", disk, "4G").expect(0);
    }

    private Tool io(String... commands) {
        List<String> args = new ArrayList<>(List.of("io", "-f", "qcow2"));
        for (String command : commands) {
            args.addAll(List.of("-c", command));
        }
        args.add(disk);
        return Tool.varve(args.toArray());
    }

    @Test
    void amend_ofAnOptionOfCreation_saysSo() {
        String error = Tool.varve("amend", "-o", "cluster_size=1k", disk).expect(1).err();
        assertTrue(error.endsWith("\nThis option is only supported for image creation\n"), error);
    }

    @Test
    void amend_ofAnUnknownOption_saysNothingOfCreation() {
        String error = Tool.varve("amend", "-o", "foo=bar", disk).expect(1).err();
        assertFalse(error.contains("creation"), error);
    }

    @Test
    void amend_ofTheBackingFile_namesRebaseOnALineOfItsOwn() {
        String error = Tool.varve("amend", "-o", "backing_file=other", disk).expect(1).err();
        assertTrue(error.endsWith("\nYou can use 'qemu-img rebase' instead.\n"), error);
    }

    @Test
    void amend_toVersion2_countsTheEntriesOfTheL1Table() {
        String shown = Tool.varve("amend", "-p", "-o", "compat=0.10", disk).expect(0).out();
        StringBuilder expected = new StringBuilder();
        for (int step = 0; step <= 8; step++) {
            expected.append("    (" + step * 1250 / 100 + "." + step * 1250 % 100 / 10 + "0/100%)\r");
        }
        assertEquals(expected + "    (100.00/100%)\r\n", shown);
    }

    @Test
    void deletingASnapshot_whoseClustersCannotBeFreed_tellsOfIt() throws IOException {
        Tool.varve("snapshot", "-c", "old", disk).expect(0);
        Path rules = Files.writeString(folder.resolve("rules"), """
                [inject-error]
                event = "cluster_free"
                errno = "5"
                """);
        String error = Tool.varve("snapshot", "-d", "old", "blkdebug:" + rules + ":" + disk).expect(1).err();
        assertTrue(error.startsWith("qcow2_free_clusters failed: "), error);
        assertEquals("", Tool.varve("snapshot", "-l", disk).expect(0).out());
    }

    @Test
    void reopen_withCacheSizesOneAfterTheOther_forgetsTheirOldSum() {
        assertEquals("", io("reopen -o cache-size=1M", "reopen -o l2-cache-size=512k",
                "reopen -o refcount-cache-size=256k").expect(0).err());
    }
}
