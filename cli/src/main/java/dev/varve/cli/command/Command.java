// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.cli.option.ArgumentParser;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import java.io.IOException;
import java.util.List;

/** One command of the tools. Stateless. */
public interface Command {
    /** The exit code of success. */
    int OK = 0;
    /** The exit code of failure. */
    int FAILED = 1;

    /**
     * What the command takes.
     *
     * @return its declarations
     */
    CommandSyntax syntax();

    /**
     * Reads the command's arguments.
     *
     * @param words what stands behind the command's name
     * @return what was given
     * @throws UsageException if it does not fit the declarations
     */
    default Arguments parse(List<String> words) throws UsageException {
        return ArgumentParser.parse(syntax(), words);
    }

    /**
     * Does the work.
     *
     * @param arguments parsed by {@link #syntax}
     * @param shell where the command runs
     * @return the exit code
     * @throws UsageException if the arguments contradict
     * @throws IOException if the work failed; the message is what the user is told
     */
    int run(Arguments arguments, Shell shell) throws UsageException, IOException;
}
