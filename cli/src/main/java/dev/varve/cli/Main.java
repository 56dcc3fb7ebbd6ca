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

/** The entry point of {@code varve}. */
public final class Main {
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
        int code = run(List.of(args), System.in, out, err);
        if (code != 0) {
            // Only then: exit makes the JVM set its loggers up, which short commands would feel.
            System.exit(code);
        }
    }

    /**
     * Runs a command.
     *
     * @param args the command and its arguments
     * @param in what it reads
     * @param out what it prints; flushed at the end
     * @param err its messages
     * @return the exit code
     */
    public static int run(List<String> args, InputStream in, PrintStream out, PrintStream err) {
        return Program.varve().run(args, new Shell("varve", in, out, err, BlockLayer::load));
    }
}
