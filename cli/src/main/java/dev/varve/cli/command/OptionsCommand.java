// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NearestWord;
import dev.varve.cli.manual.DriverManual;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.JsonText;
import dev.varve.cli.text.TextTable;
import java.io.IOException;
import java.util.List;

/** {@code options}: the manual of a driver. */
final class OptionsCommand implements Command {
    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("options", "[DRIVER]", "print the manual of a driver, or list the drivers",
                OutputFormat.OUTPUT).withNotes(
                        "Where an option without default is left out, its description says what holds then.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        boolean json = OutputFormat.isJson(arguments);
        BlockLayer layer = shell.layer();
        List<DriverManual> manuals = layer.drivers().stream()
                .map(driver -> new DriverManual(driver, layer.nodeOptions())).toList();
        if (arguments.operands().isEmpty()) {
            shell.out().print(json ? JsonText.of(manuals.stream().map(DriverManual::tree).toList()) + "\n"
                    : list(manuals));
            return OK;
        }
        DriverManual manual = find(manuals, arguments.onlyOperand("driver"));
        shell.out().print(json ? JsonText.of(manual.tree()) + "\n" : manual.text());
        return OK;
    }

    private static DriverManual find(List<DriverManual> manuals, String name) throws BlockException {
        for (DriverManual manual : manuals) {
            if (manual.driver().name().equals(name)) {
                return manual;
            }
        }
        List<String> names = manuals.stream().map(DriverManual::driver).map(BlockDriver::name).toList();
        throw BlockException.invalidOption("unknown driver '" + name + "'" + NearestWord.of(name, names)
                .map(word -> "; did you mean '" + word + "'?").orElse("; installed are " + String.join(", ", names)));
    }

    private static String list(List<DriverManual> manuals) {
        TextTable table = new TextTable("llrl", "Driver", "Kind", "Options", "Creates");
        for (DriverManual manual : manuals) {
            BlockDriver driver = manual.driver();
            table.add(driver.name(), manual.kind(), String.valueOf(driver.options().specs().size()),
                    driver.createOptions().specs().isEmpty() ? "" : "yes");
        }
        return table.text();
    }
}
