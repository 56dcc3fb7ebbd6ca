// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

/**
 * The declaration of one option of a command. Parser, help text and manual page come from it.
 *
 * @param letter the short form, or {@link #NO_LETTER}
 * @param name the long form without dashes, or empty
 * @param argument what the option takes, as the help text shows it; empty for a flag
 * @param doc what it does, without a period
 * @param offered false where the option is known but refused by name; {@code doc} says why then
 */
public record OptionDeclaration(char letter, String name, String argument, String doc, boolean offered) {
    /** Stands for no short form. */
    public static final char NO_LETTER = '\0';

    /** Rejects an option without any form. */
    public OptionDeclaration {
        if (letter == NO_LETTER && name.isEmpty()) {
            throw new IllegalArgumentException("an option needs a letter or a name");
        }
    }

    /**
     * A flag.
     *
     * @param letter the short form
     * @param name the long form
     * @param doc what it does
     * @return a declaration
     */
    public static OptionDeclaration flag(char letter, String name, String doc) {
        return new OptionDeclaration(letter, name, "", doc, true);
    }

    /**
     * A flag with a long form only.
     *
     * @param name the long form
     * @param doc what it does
     * @return a declaration
     */
    public static OptionDeclaration flag(String name, String doc) {
        return flag(NO_LETTER, name, doc);
    }

    /**
     * An option with a value.
     *
     * @param letter the short form
     * @param name the long form
     * @param argument what it takes
     * @param doc what it does
     * @return a declaration
     */
    public static OptionDeclaration value(char letter, String name, String argument, String doc) {
        return new OptionDeclaration(letter, name, argument, doc, true);
    }

    /**
     * An option with a value and a long form only.
     *
     * @param name the long form
     * @param argument what it takes
     * @param doc what it does
     * @return a declaration
     */
    public static OptionDeclaration value(String name, String argument, String doc) {
        return value(NO_LETTER, name, argument, doc);
    }

    /**
     * An option that QEMU's namesake has and this command refuses by name.
     *
     * @param letter the short form
     * @param name the long form
     * @param argument what it takes in QEMU
     * @param reason what is not offered
     * @return a declaration
     */
    public static OptionDeclaration refused(char letter, String name, String argument, String reason) {
        return new OptionDeclaration(letter, name, argument, reason, false);
    }

    /**
     * Tells whether a value follows the option.
     *
     * @return false for flags
     */
    public boolean takesValue() {
        return !argument.isEmpty();
    }

    /**
     * The option as a user writes it: the long form where there is one.
     *
     * @return {@code --name} or {@code -x}
     */
    public String display() {
        return name.isEmpty() ? "-" + letter : "--" + name;
    }

    // Written out, here and where else a command compares records as it starts: what the compiler would make of a
    // record is linked at the first call, which takes longer than the command may.
    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof OptionDeclaration that && letter == that.letter
                && offered == that.offered && name.equals(that.name) && argument.equals(that.argument)
                && doc.equals(that.doc);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + letter;
    }
}
