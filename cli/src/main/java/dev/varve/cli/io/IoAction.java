// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import java.io.IOException;

/** One command of {@code io}. Stateless. */
interface IoAction {
    /** What the command takes. */
    IoSyntax syntax();

    /**
     * Does it. False where what was read is not what was expected; failures of the disk are IOExceptions, wrong
     * arguments are refusals.
     */
    boolean run(IoSession session, Arguments arguments) throws IoRefusal, IOException;

    /**
     * What a command of {@code io} takes.
     *
     * @param command name, options and summary
     * @param least the least number of words behind the name
     * @param most the most, or {@link #ANY}
     * @param use what it does with the disk
     */
    record IoSyntax(CommandSyntax command, int least, int most, Use use) {
        /** No limit to the number of words. */
        static final int ANY = -1;

        /** Whether the command is over when its request is submitted: how that ends does not fail the command. */
        boolean isAsynchronous() {
            return command.name().startsWith("aio_");
        }

        String name() {
            return command.name();
        }

        /** The line that explains the command. */
        String usage() {
            String operands = command.operands().isEmpty() ? "" : " " + command.operands();
            return command.name() + operands + " -- " + command.summary();
        }
    }

    /** What a command does with the disk. */
    enum Use {
        /** Works without one. */
        NOTHING,
        /** Needs one. */
        READ,
        /** Needs one that may be written. */
        WRITE
    }
}
