// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.spi.NearestWord;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import java.util.List;
import java.util.Optional;

/** The option {@code --output}. */
final class OutputFormat {
    static final String HUMAN = "human";
    static final String JSON = "json";
    static final OptionDeclaration OUTPUT = OptionDeclaration.value("output", "human|json",
            "print for people, the default, or JSON for programs");

    private OutputFormat() {
    }

    /** True where JSON is asked for. */
    static boolean isJson(Arguments arguments) throws UsageException {
        return of(arguments, OUTPUT, List.of(HUMAN, JSON)).equals(JSON);
    }

    /** The chosen form, the first one where none is chosen. */
    static String of(Arguments arguments, OptionDeclaration option, List<String> forms) throws UsageException {
        String chosen = arguments.value(option).orElse(forms.get(0));
        if (forms.contains(chosen)) {
            return chosen;
        }
        Optional<String> nearest = NearestWord.of(chosen, forms);
        throw UsageException.ofValue("option " + option.display() + ": '" + chosen + "' is not allowed, it takes "
                + String.join(", ", forms)
                + (nearest.isPresent() ? "; did you mean '" + nearest.get() + "'?" : ""));
    }
}
