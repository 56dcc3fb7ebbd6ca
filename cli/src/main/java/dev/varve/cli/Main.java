// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import dev.varve.api.graph.BlockLayer;
import dev.varve.cli.command.Program;
import dev.varve.cli.shell.Shell;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The entry point of {@code varve} and of the drop-ins {@code qemu-img} and {@code qemu-io}. */
public final class Main {
    private static final String VARVE = "varve";
    /** The system property in which a launcher says by which name it was called. */
    private static final String PROGRAM = "varve.program";
    private static final int BUFFER = 1 << 16;

    private Main() {
    }

    /**
     * Runs a command; the process ends with its exit code.
     *
     * @param args the command and its arguments
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER),
                false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int code = run(System.getProperty(PROGRAM, VARVE), List.of(args), System.in, out, err);
        if (code != 0) {
            // Only then: exit makes the JVM set its loggers up, which short commands would feel.
            System.exit(code);
        }
    }

    /**
     * Runs a command of {@code varve}.
     *
     * @param args the command and its arguments
     * @param in what it reads
     * @param out what it prints; flushed at the end
     * @param err its messages
     * @return the exit code
     */
    public static int run(List<String> args, InputStream in, PrintStream out, PrintStream err) {
        return run(VARVE, args, in, out, err);
    }

    /**
     * Runs a program.
     *
     * @param program {@code varve}, {@code qemu-img} or {@code qemu-io}; messages begin with it
     * @param args its arguments
     * @param in what it reads
     * @param out what it prints; flushed at the end
     * @param err its messages
     * @return the exit code
     */
    public static int run(String program, List<String> args, InputStream in, PrintStream out, PrintStream err) {
        return Program.named(program).run(args, new Shell(program, in, out, err, BlockLayer::load));
    }
}
