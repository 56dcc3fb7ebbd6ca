// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

/** The help text of a command, made from its declarations. */
public final class HelpText {
    private static final int COLUMN = 34;
    private static final int WIDTH = 110;

    private HelpText() {
    }

    /**
     * The help text.
     *
     * @param program the program the command belongs to
     * @param syntax what the command takes
     * @return lines, each ended
     */
    public static String of(String program, CommandSyntax syntax) {
        StringBuilder text = new StringBuilder(1024);
        text.append("Usage: ").append(program);
        if (!syntax.name().equals(program)) {
            text.append(' ').append(syntax.name());
        }
        text.append(" [OPTIONS]");
        if (!syntax.operands().isEmpty()) {
            text.append(' ').append(syntax.operands());
        }
        text.append("\n\n").append(Character.toUpperCase(syntax.summary().charAt(0)))
                .append(syntax.summary(), 1, syntax.summary().length()).append(".\n\nOptions:\n");
        for (OptionDeclaration option : syntax.options()) {
            if (option.offered()) {
                describe(text, option);
            }
        }
        for (String note : syntax.notes()) {
            text.append('\n');
            wrap(text, note, 0);
        }
        return text.toString();
    }

    /**
     * The forms of an option.
     *
     * @param option a declaration
     * @return {@code -f, --format FMT}
     */
    public static String forms(OptionDeclaration option) {
        StringBuilder forms = new StringBuilder(32);
        if (option.letter() != OptionDeclaration.NO_LETTER) {
            forms.append('-').append(option.letter());
        }
        if (!option.name().isEmpty()) {
            forms.append(forms.isEmpty() ? "" : ", ").append("--").append(option.name());
        }
        if (option.takesValue()) {
            forms.append(' ').append(option.argument());
        }
        return forms.toString();
    }

    private static void describe(StringBuilder text, OptionDeclaration option) {
        String forms = forms(option);
        boolean longOnly = option.letter() == OptionDeclaration.NO_LETTER;
        text.append(longOnly ? "      " : "  ").append(forms);
        int column = forms.length() + (longOnly ? 6 : 2);
        if (column >= COLUMN) {
            text.append('\n');
            column = 0;
        }
        text.append(" ".repeat(COLUMN - column));
        wrap(text, option.doc(), COLUMN);
    }

    private static void wrap(StringBuilder text, String words, int indent) {
        int room = WIDTH - indent;
        int start = 0;
        while (words.length() - start > room) {
            int space = words.lastIndexOf(' ', start + room);
            if (space <= start) {
                break;
            }
            text.append(words, start, space).append('\n').append(" ".repeat(indent));
            start = space + 1;
        }
        text.append(words, start, words.length()).append('\n');
    }
}
