// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.command.Command;
import dev.varve.cli.command.Program;
import dev.varve.cli.io.IoActions;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.HelpText;
import dev.varve.cli.option.OptionDeclaration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docs/manual/varve.md says what the declarations say. */
class ManualTest {
    private String manual;

    @BeforeEach
    void readManual() throws IOException {
        Path page = Path.of("docs", "manual", "varve.md");
        manual = Files.readString(Files.exists(page) ? page : Path.of("..").resolve(page));
    }

    private String section(String name) {
        int start = manual.indexOf("\n## varve " + name + "\n");
        assertTrue(start >= 0, () -> "the manual has no section of " + name);
        int end = manual.indexOf("\n## ", start + 1);
        return manual.substring(start, end < 0 ? manual.length() : end);
    }

    private static String forms(OptionDeclaration option) {
        return "`" + HelpText.forms(option).replace("|", "\\|") + "`";
    }

    @Test
    void eachOption_isExplainedInTheWordsOfItsDeclaration() {
        for (Command command : Program.varve().commands()) {
            CommandSyntax syntax = command.syntax();
            String section = section(syntax.name());
            for (OptionDeclaration option : syntax.options()) {
                String line = option.offered() ? "| " + forms(option) + " | " + option.doc() + " |"
                        : forms(option) + " (" + option.doc() + ")";
                assertTrue(section.contains(line), () -> syntax.name() + ": " + line);
            }
            syntax.notes().forEach(note -> assertTrue(section.contains(note), note));
        }
    }

    @Test
    void noOptionIsExplained_thatIsNotDeclared() {
        for (Command command : Program.varve().commands()) {
            List<OptionDeclaration> offered = command.syntax().options().stream().filter(OptionDeclaration::offered)
                    .toList();
            long lines = section(command.syntax().name()).lines().filter(line -> line.startsWith("| `")).count();
            assertEquals(offered.size(), lines, command.syntax().name());
        }
    }

    @Test
    void eachCommandOfIo_isThere() {
        IoActions.usages().forEach(usage -> assertTrue(section("io").contains("    " + usage + "\n"), usage));
    }
}
