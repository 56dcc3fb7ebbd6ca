// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockStreamTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String GREETING = "echo '{\"QMP\": {}}'; read -r one; echo '{\"return\": {}}'; read -r two; ";

    @TempDir
    private Path folder;

    private BlockStream.Streamed run(String lines, Duration limit) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "skipped: this system has no /bin/sh");
        Path script = Files.writeString(folder.resolve("daemon"), "#!/bin/sh\n" + lines + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return BlockStream.run(script, folder.resolve("overlay"), limit);
    }

    @Test
    void run_jobThatCompletes_isNotStopped() throws IOException {
        BlockStream.Streamed streamed = run(GREETING + "echo '{\"event\": \"JOB_STATUS_CHANGE\"}';"
                + " echo '{\"return\": {}}'; echo '{\"event\": \"BLOCK_JOB_COMPLETED\", \"data\": {\"len\": 1}}';"
                + " read -r quit", LIMIT);
        assertFalse(streamed.stopped());
    }

    @Test
    void run_jobThatDoesNotEnd_isStopped() throws IOException {
        assertTrue(run(GREETING + "exec sleep 600", Duration.ofSeconds(1)).stopped());
    }

    @Test
    void run_jobThatFails_tellsItsError() {
        IOException failed = assertThrows(IOException.class, () -> run(GREETING
                + "echo '{\"event\": \"BLOCK_JOB_COMPLETED\", \"data\": {\"error\": \"No space left\"}}'", LIMIT));
        assertEquals("block-stream: No space left", failed.getMessage());
    }

    @Test
    void run_commandThatIsRefused_tellsWhy() {
        IOException refused = assertThrows(IOException.class, () -> run(GREETING
                + "echo '{\"error\": {\"class\": \"GenericError\", \"desc\": \"no such node\"}}';"
                + " read -r more", LIMIT));
        assertEquals("qemu-storage-daemon: no such node", refused.getMessage());
    }

    @Test
    void run_daemonThatEnds_tellsWhatItSaid() {
        IOException ended = assertThrows(IOException.class, () -> run("echo 'cannot open it' >&2; exit 1", LIMIT));
        assertEquals("qemu-storage-daemon has ended: cannot open it", ended.getMessage());
    }
}
