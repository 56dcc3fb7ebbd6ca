// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.BlockException;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;

/** The commands of {@code io} that hold requests at points of their way and let them go on. */
final class BreakActions {
    private BreakActions() {
    }

    private static IoRefusal refusal(String what, BlockException e) {
        return new IoRefusal(what + ": " + IoFailure.text(e, true));
    }

    /** {@code break}. */
    record Break() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("break", "event tag",
                    "sets a breakpoint on event and tags the stopped request as tag"), 2, 2, Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal {
            String tag = arguments.operands().get(1);
            try {
                session.stops().add(arguments.operands().get(0), tag);
            } catch (BlockException e) {
                throw refusal("Could not set breakpoint", e);
            }
            return true;
        }
    }

    /** {@code remove_break}. */
    record RemoveBreak() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("remove_break", "tag", "remove a breakpoint by tag"), 1, 1,
                    Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal {
            String tag = arguments.operands().get(0);
            try {
                session.stops().remove(tag);
            } catch (BlockException e) {
                throw refusal("Could not remove breakpoint " + tag, e);
            }
            return true;
        }
    }

    /** {@code resume}. */
    record Resume() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("resume", "tag", "resumes the request tagged as tag"), 1, 1,
                    Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal {
            try {
                session.stops().resume(arguments.operands().get(0));
            } catch (BlockException e) {
                throw refusal("Could not resume request", e);
            }
            return true;
        }
    }

    /** {@code wait_break}. */
    record WaitBreak() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("wait_break", "tag", "waits for the suspension of a request"), 1, 1,
                    Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) {
            session.stops().await(arguments.operands().get(0));
            return true;
        }
    }
}
