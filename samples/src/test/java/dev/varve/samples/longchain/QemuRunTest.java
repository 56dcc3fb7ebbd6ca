// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.chain.ChainWriter;
import dev.varve.samples.longchain.figures.QemuFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuRunTest {
    private static final ChainPlan PLAN = new ChainPlan(3, 1 << 20, ChainShape.STRIPE);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private QemuFigures measureWith(String img, Duration limit) throws IOException {
        return new QemuRun(script("img", img), script("io", "exit 0"), limit).measure(PLAN, folder.resolve("top"));
    }

    private Path script(String name, String line) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "skipped: this system has no /bin/sh");
        Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + line + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void measure_benchThatTellsItsTime_isTaken() throws IOException {
        // 1 MiB twice in requests of 64 KiB.
        QemuFigures figures = measureWith("test \"$*\" = 'bench -f qcow2 -d 1 -s 65536 -c 32 " + folder.resolve("top")
                + "' && echo 'Run completed in 1.250 seconds.'", LIMIT);
        assertEquals(OptionalDouble.of(1.25), figures.seconds());
        assertEquals("", figures.remark());
    }

    @Test
    void measure_benchThatDoesNotEnd_isStopped() throws IOException {
        QemuFigures figures = measureWith("exec sleep 600", Duration.ofSeconds(1));
        assertEquals(OptionalDouble.empty(), figures.seconds());
        assertEquals("qemu-img bench was stopped after 1 s", figures.remark());
    }

    @Test
    void measure_benchThatCrashes_isToldWithItsStatus() throws IOException {
        assertEquals("qemu-img bench failed: exit status 139", measureWith("kill -SEGV $$", LIMIT).remark());
    }

    @Test
    void measure_benchThatComplains_isToldWithItsWords() throws IOException {
        assertEquals("qemu-img bench failed: no such disk",
                measureWith("echo 'no such disk' >&2; exit 1", LIMIT).remark());
    }

    @Test
    void measure_theRealTools_tellEveryFigure() throws IOException {
        Optional<QemuRun> tools = QemuRun.find(LIMIT);
        assumeTrue(tools.isPresent(), "skipped: qemu-img and qemu-io are not on the path");
        QemuFigures figures = tools.get().measure(PLAN, new ChainWriter(PLAN).write(folder));
        assertEquals("", figures.remark());
        assertTrue(figures.seconds().isPresent());
        assertTrue(figures.openSeconds().isPresent());
        assertTrue(tools.get().version().startsWith("qemu-img version"));
    }
}
