// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import java.io.IOException;
import java.util.List;

/** The commands of {@code io} about the program itself: sleep, abort, sigraise, quit. */
final class ProcessActions {
    private static final int ABORT = 6;
    private static final int SIGNALS = 65;

    private ProcessActions() {
    }

    /** Sends this process a signal, and waits for it to take effect. Nothing is closed or flushed before. */
    private static void raise(IoSession session, int signal) throws IOException {
        session.shell().out().flush();
        List<String> command = List.of("sh", "-c", "kill -" + signal + " " + ProcessHandle.current().pid());
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@code sleep}. */
    record Sleep() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("sleep", "ms", "waits for the given value in milliseconds"), 1, 1,
                    Use.NOTHING);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal {
            String text = arguments.operands().get(0);
            try {
                Thread.sleep(Math.max(0, Long.decode(text)));
            } catch (NumberFormatException e) {
                throw new IoRefusal(text + " is not a valid number");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IoRefusal("sleep was interrupted");
            }
            return true;
        }
    }

    /** {@code abort}. */
    record Abort() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("abort", "", "simulate a program crash using abort(3)"), 0, 0,
                    Use.NOTHING);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IOException {
            raise(session, ABORT);
            return true;
        }
    }

    /** {@code sigraise}. */
    record SigRaise() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("sigraise", "signal", "raises a signal"), 1, 1, Use.NOTHING);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal, IOException {
            String text = arguments.operands().get(0);
            long signal = IoNumbers.bytes(text);
            if (signal > SIGNALS) {
                throw new IoRefusal("signal argument '" + text + "' is too large to be a valid signal");
            }
            raise(session, (int) signal);
            return true;
        }
    }

    /** {@code quit}. */
    record Quit() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("quit", "", "exit the program"), 0, 0, Use.NOTHING);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) {
            session.end();
            return true;
        }
    }
}
