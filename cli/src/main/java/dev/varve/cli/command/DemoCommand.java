// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.cli.option.ArgumentParser;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;

/** {@code demo}: the experiment on long chains. It lives in the samples, which are found when the program runs. */
final class DemoCommand implements Command {
    /** The name under which the samples offer the experiment. */
    static final String TOOL = "varve-demo";

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("demo", "",
                "read and stream chains of 1 to 1,000 layers and show the cost, with a page of curves").withNotes(
                        "All options belong to the experiment; '--help' explains them.");
    }

    @Override
    public Arguments parse(List<String> words) throws UsageException {
        List<String> operands = new ArrayList<>(words);
        operands.add(0, "--");
        return ArgumentParser.parse(syntax(), operands);
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException {
        Optional<ToolProvider> tool = ToolProvider.findFirst(TOOL);
        if (tool.isEmpty()) {
            throw new UsageException("the demo is not installed: no tool '" + TOOL + "' on the class path");
        }
        return tool.get().run(shell.out(), shell.err(), arguments.operands().toArray(String[]::new));
    }
}
