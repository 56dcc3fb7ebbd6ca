// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import java.util.List;

/** {@code help}: explains one command or lists all. */
record HelpAction() implements IoAction {
    @Override
    public IoSyntax syntax() {
        return new IoSyntax(CommandSyntax.of("help", "[command]", "help for one or all commands"), 0, 1, Use.NOTHING);
    }

    @Override
    public boolean run(IoSession session, Arguments arguments) throws IoRefusal {
        List<String> operands = arguments.operands();
        if (operands.isEmpty()) {
            for (String name : IoActions.NAMES) {
                session.shell().say(IoActions.find(name).orElseThrow().syntax().usage());
            }
            session.shell().say("\nUse 'help commandname' for extended help.");
            return true;
        }
        IoAction action = IoActions.find(operands.get(0)).orElseThrow(
                () -> new IoRefusal("command " + operands.get(0) + " not found"));
        explain(session, action.syntax());
        return true;
    }

    static void explain(IoSession session, IoSyntax syntax) {
        session.shell().say(syntax.usage() + "\n");
        for (OptionDeclaration option : syntax.command().options()) {
            if (option.offered() && !option.equals(CommandSyntax.HELP)) {
                session.shell().say(" -" + option.letter() + ", -- " + option.doc());
            }
        }
        session.shell().say("");
    }
}
