// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeasuredProgramTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @BeforeEach
    void shellAndProc() {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")) && Files.exists(Path.of("/proc/self/io")),
                "skipped: needs bash and /proc");
    }

    @Test
    void run_programThatReads_tellsItsBytesAndTime() throws IOException {
        MeasuredProgram.Run run = MeasuredProgram.run(List.of("dd", "if=/dev/zero", "of=/dev/null", "bs=1M", "count=8"),
                LIMIT);
        assertTrue(run.readBytes() >= 8 << 20 && run.readBytes() < 9 << 20, run::toString);
        assertTrue(run.seconds() > 0 && run.cpuSeconds() <= run.seconds() * 2 + 0.1, run::toString);
        assertFalse(run.stopped());
    }

    @Test
    void run_programThatPrints_givesItsOutputAlone() throws IOException {
        List<String> command = List.of("printf", "one\\ntwo words\\n");
        assertEquals(List.of("one", "two words"), MeasuredProgram.run(command, LIMIT).out());
    }

    @Test
    void run_programThatDoesNotEnd_isStopped() throws IOException {
        MeasuredProgram.Run run = MeasuredProgram.run(List.of("sleep", "600"), Duration.ofMillis(300));
        assertTrue(run.stopped());
        assertTrue(run.seconds() >= 0.3 && run.seconds() < 30, run::toString);
    }

    @Test
    void run_programThatFails_isTold() {
        IOException failed = assertThrows(IOException.class,
                () -> MeasuredProgram.run(List.of("cat", "/no/such/file"), LIMIT));
        assertTrue(failed.getMessage().contains("/no/such/file"), failed.getMessage());
    }
}
