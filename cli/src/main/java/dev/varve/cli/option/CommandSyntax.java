// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

import java.util.ArrayList;
import java.util.List;

/**
 * What a command takes.
 *
 * @param name the command
 * @param operands its operands as the help text shows them
 * @param summary what it does, in one sentence without a period
 * @param options its options in the order of the help text
 * @param notes sentences below the options: exit codes, defaults
 */
public record CommandSyntax(String name, String operands, String summary, List<OptionDeclaration> options,
        List<String> notes) {
    /** The option that every command has. */
    public static final OptionDeclaration HELP = OptionDeclaration.flag('h', "help", "explain the command and exit");

    /** Copies the lists, appends {@link #HELP}, and rejects a form that is declared twice. */
    public CommandSyntax {
        List<OptionDeclaration> all = new ArrayList<>(options);
        if (!all.contains(HELP)) {
            all.add(HELP);
        }
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (collide(all.get(i), all.get(j))) {
                    throw new IllegalArgumentException(name + " declares " + all.get(i).display() + " twice");
                }
            }
        }
        options = List.copyOf(all);
        notes = List.copyOf(notes);
    }

    private static boolean collide(OptionDeclaration a, OptionDeclaration b) {
        return a.letter() != OptionDeclaration.NO_LETTER && a.letter() == b.letter()
                || !a.name().isEmpty() && a.name().equals(b.name());
    }

    /**
     * A command.
     *
     * @param name the command
     * @param operands its operands
     * @param summary what it does
     * @param options its options
     * @return a syntax without notes
     */
    public static CommandSyntax of(String name, String operands, String summary, OptionDeclaration... options) {
        return new CommandSyntax(name, operands, summary, List.of(options), List.of());
    }

    /**
     * This syntax with sentences below the options.
     *
     * @param more the sentences
     * @return a new syntax
     */
    public CommandSyntax withNotes(String... more) {
        return new CommandSyntax(name, operands, summary, options, List.of(more));
    }
}
