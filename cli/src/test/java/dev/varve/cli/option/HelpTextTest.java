// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HelpTextTest {
    @Test
    void command_isExplainedFromItsDeclarations() {
        CommandSyntax syntax = CommandSyntax.of("try", "NAME", "try a thing",
                OptionDeclaration.value('f', "format", "FMT", "the format"),
                OptionDeclaration.flag("image-opts", "names are option strings"),
                OptionDeclaration.refused('c', "compress", "", "later")).withNotes("Be careful.");
        assertEquals("""
                Usage: varve try [OPTIONS] NAME

                Try a thing.

                Options:
                  -f, --format FMT                the format
                      --image-opts                names are option strings
                  -h, --help                      explain the command and exit

                Be careful.
                """, HelpText.of("varve", syntax));
    }

    @Test
    void longSentence_isWrappedBelowItself() {
        String text = HelpText.of("varve", CommandSyntax.of("try", "", "try",
                OptionDeclaration.flag("long", "word ".repeat(40).strip())));
        assertTrue(text.lines().allMatch(line -> line.length() <= 110), text);
        assertTrue(text.contains("\n" + " ".repeat(34) + "word word"), text);
    }
}
