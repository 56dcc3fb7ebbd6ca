// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.qemu;

import dev.varve.samples.process.ProgramPath;
import dev.varve.samples.qemu.BlockStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The programs that are measured.
 *
 * @param img {@code qemu-img}
 * @param io {@code qemu-io}
 * @param daemon {@code qemu-storage-daemon}; also where the variable QEMU_STORAGE_DAEMON says
 * @param varve the command {@code varve}
 */
public record Tools(Optional<Path> img, Optional<Path> io, Optional<Path> daemon, Path varve) {
    private static final Duration SHORT = Duration.ofSeconds(30);

    /**
     * Looks for the programs on the path.
     *
     * @param varve the command {@code varve}
     * @return what was found
     */
    public static Tools find(Path varve) {
        return new Tools(ProgramPath.find("qemu-img"), ProgramPath.find("qemu-io"), BlockStream.findDaemon(), varve);
    }

    /**
     * These tools without QEMU's.
     *
     * @return Varve alone
     */
    public Tools withoutQemu() {
        return new Tools(Optional.empty(), Optional.empty(), Optional.empty(), varve);
    }

    /**
     * Which programs these are.
     *
     * @return a line each
     * @throws IOException if one does not start
     */
    public List<String> versions() throws IOException {
        String qemu = img.isEmpty() ? "QEMU was not measured: qemu-img is not on the path, or was left out"
                : MeasuredProgram.run(List.of(img.get().toString(), "--version"), SHORT).out().getFirst();
        String stream = daemon.isEmpty() ? "QEMU's block-stream was not measured: no qemu-storage-daemon on the path"
                + " (Debian: package qemu-system-common) or in QEMU_STORAGE_DAEMON"
                : MeasuredProgram.run(List.of(daemon.get().toString(), "--version"), SHORT).out().getFirst();
        String own = MeasuredProgram.run(List.of(varve.toString(), "--version"), SHORT).out().getFirst();
        return List.of(own, qemu, stream);
    }

    /**
     * Tells whether the command {@code varve} has a subcommand.
     *
     * @param name of the subcommand
     * @return true where its help is shown
     */
    boolean varveHas(String name) {
        try {
            MeasuredProgram.run(List.of(varve.toString(), name, "--help"), SHORT);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
