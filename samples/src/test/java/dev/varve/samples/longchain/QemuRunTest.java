// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.longchain.figures.QemuFigures;
import dev.varve.samples.longchain.figures.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuRunTest {
    private static final ChainPlan PLAN = new ChainPlan(3, 1 << 20, ChainShape.STRIPE);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private QemuFigures measureWith(String img, Duration limit) throws IOException {
        MadeChain chain = new MadeChain(PLAN, folder.resolve("top"), folder.resolve("graph.json"));
        return new QemuRun(script("img", img), script("io", "exit 0"), Optional.empty(), limit).measure(chain);
    }

    private Path script(String name, String line) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "skipped: this system has no /bin/sh");
        Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + line + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void measure_benchThatTellsItsTimes_secondPassIsTheDifference() throws IOException {
        // 1 MiB in requests of 64 KiB, once and twice.
        QemuFigures figures = measureWith("test \"${*%-c*}\" = 'bench -f qcow2 -d 1 -s 65536 ' || exit 1\n"
                + "case \"$*\" in *' -c 16 '*) echo 'Run completed in 1.250 seconds.';;\n"
                + "*' -c 32 '*) echo 'Run completed in 2.000 seconds.';; esac", LIMIT);
        assertEquals(Optional.of(Reading.exactly(1.25)), figures.first());
        assertEquals(Optional.of(Reading.exactly(0.75)), figures.steady());
        assertEquals(List.of(), figures.remarks());
    }

    @Test
    void measure_benchThatDoesNotEnd_isALowerBound() throws IOException {
        QemuFigures figures = measureWith("exec sleep 600", Duration.ofSeconds(1));
        assertTrue(figures.first().orElseThrow().atLeast());
        assertTrue(figures.first().orElseThrow().value() > 0.5, figures::toString);
        assertEquals(Optional.empty(), figures.steady());
        assertEquals(List.of("reading the disk was given up after 1 s"), figures.remarks());
    }

    @Test
    void measure_benchThatCrashes_isToldWithItsStatus() throws IOException {
        assertEquals(List.of("reading the disk failed: exit status 139"),
                measureWith("kill -SEGV $$", LIMIT).remarks());
    }

    @Test
    void measure_benchThatComplains_isToldWithItsWords() throws IOException {
        assertEquals(List.of("reading the disk failed: no such disk"),
                measureWith("echo 'no such disk' >&2; exit 1", LIMIT).remarks());
    }

    @Test
    void measure_theRealTools_tellEveryFigure() throws IOException {
        Optional<QemuRun> tools = QemuRun.find(LIMIT);
        assumeTrue(tools.isPresent(), "skipped: qemu-img and qemu-io are not on the path");
        QemuFigures figures = tools.get().measure(MadeChain.write(PLAN, folder.resolve("chain")));
        assertTrue(figures.first().isPresent(), figures::toString);
        assertTrue(figures.openSeconds().isPresent(), figures::toString);
        // Where qemu-storage-daemon is not installed there is nothing to stream with.
        assertEquals(tools.get().daemon().isPresent(), figures.stream().isPresent(), figures::toString);
        assertTrue(tools.get().versions().getFirst().startsWith("qemu-img version"));
    }
}
