// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.convert;

import java.util.function.Consumer;

/**
 * What becomes of parts of a source that cannot be read.
 *
 * @param wanted whether they are taken for zeroes; the copy ends with the first one otherwise
 * @param warnings is told of each sector that is lost
 */
public record Salvage(boolean wanted, Consumer<String> warnings) {
    /** The first error ends the copy. */
    public static final Salvage NONE = new Salvage(false, warning -> { });
}
