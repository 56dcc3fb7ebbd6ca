// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.util.Optional;

/**
 * The declaration of one option. Everything that reads, explains or checks the option comes from it.
 *
 * @param name QEMU's name where QEMU has the option
 * @param type the values it takes
 * @param required whether it must be given
 * @param defaultText the default in words or as a value, or empty where leaving it out has its own meaning
 * @param doc one sentence without a period
 */
public record OptionSpec(String name, OptionType type, boolean required, Optional<String> defaultText, String doc) {
    /**
     * An option that must be given.
     *
     * @param name its name
     * @param type its values
     * @param doc one sentence
     * @return a declaration
     */
    public static OptionSpec required(String name, OptionType type, String doc) {
        return new OptionSpec(name, type, true, Optional.empty(), doc);
    }

    /**
     * An option with a default value; {@link Options} answers with it.
     *
     * @param name its name
     * @param type its values
     * @param defaultText the default, readable by the type
     * @param doc one sentence
     * @return a declaration
     */
    public static OptionSpec withDefault(String name, OptionType type, String defaultText, String doc) {
        return new OptionSpec(name, type, false, Optional.of(defaultText), doc);
    }

    /**
     * An option that may be left out.
     *
     * @param name its name
     * @param type its values
     * @param doc one sentence, with what leaving it out means
     * @return a declaration
     */
    public static OptionSpec optional(String name, OptionType type, String doc) {
        return new OptionSpec(name, type, false, Optional.empty(), doc);
    }
}
