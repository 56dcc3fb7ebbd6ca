// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.shell;

import dev.varve.api.graph.BlockLayer;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a command runs: the program's name, its streams, and the block layer. */
public final class Shell {
    private static final String PROGRAM = "varve";

    private final String program;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final Supplier<BlockLayer> layers;
    private @Nullable BlockLayer layer;

    /**
     * A shell.
     *
     * @param program the name that messages begin with
     * @param in what the command reads
     * @param out what it prints; may be buffered
     * @param err its messages
     * @param layers finds the block layer when it is first needed
     */
    public Shell(String program, InputStream in, PrintStream out, PrintStream err, Supplier<BlockLayer> layers) {
        this.program = program;
        this.in = in;
        this.out = out;
        this.err = err;
        this.layers = layers;
    }

    /**
     * The program's name.
     *
     * @return such as {@code varve}
     */
    public String program() {
        return program;
    }

    /**
     * Standard input.
     *
     * @return not to be closed
     */
    public InputStream in() {
        return in;
    }

    /**
     * Standard output.
     *
     * @return not to be closed
     */
    public PrintStream out() {
        return out;
    }

    /**
     * Standard error. What was printed so far comes before it, but for a drop-in that does not write to a terminal:
     * there QEMU's programs keep back what they print until it is much or they end.
     *
     * @return not to be closed
     */
    public PrintStream err() {
        if (program.equals(PROGRAM) || System.console() != null) {
            out.flush();
        }
        return err;
    }

    /**
     * The block layer, found when it is first asked for.
     *
     * @return always the same
     */
    public synchronized BlockLayer layer() {
        BlockLayer found = layer;
        if (found == null) {
            found = new ListeningLayer(layers.get(), this);
            layer = found;
        }
        return found;
    }

    /**
     * Prints a line.
     *
     * @param line without its end
     */
    public void say(String line) {
        out.print(line);
        out.print('\n');
    }

    /**
     * Prints a warning in one line on standard error.
     *
     * @param message without the program's name
     */
    public void warn(String message) {
        error("warning: " + message);
    }

    /**
     * Prints a message in one line on standard error.
     *
     * @param message without the program's name
     */
    public void error(String message) {
        err().print(program + ": " + message + "\n");
        err.flush();
    }
}
