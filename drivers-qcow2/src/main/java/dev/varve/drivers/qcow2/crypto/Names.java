// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds the value that an option names. */
final class Names {
    private Names() {
    }

    static <T> T find(T[] values, Function<T, String> name, String text, String option) throws BlockException {
        for (T value : values) {
            if (name.apply(value).equals(text)) {
                return value;
            }
        }
        throw BlockException.invalidOption("Parameter '" + option + "' does not accept value '" + text
                + "', allowed are " + Arrays.stream(values).map(name).collect(Collectors.joining(", ")));
    }
}
