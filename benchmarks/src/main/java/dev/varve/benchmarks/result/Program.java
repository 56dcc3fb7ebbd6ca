// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.result;

import java.util.Locale;

/** Who is measured. */
public enum Program {
    /** An open disk in a warm process. */
    VARVE("Varve"),
    /** The command in a warm process: what it opens is new to it, the Java virtual machine is not. */
    VARVE_WARM("Varve, command in a warm process"),
    /** The command {@code varve} as a process, start-up included. */
    VARVE_COMMAND("varve, the command"),
    /** Varve with {@code chain-collapse=off}: one layer asked after the other. */
    VARVE_WALK("Varve, plain walk"),
    /** No block layer at all: positional reads of the same blocks from the same files. */
    FLOOR("bare reads"),
    /** QEMU's tools. */
    QEMU("QEMU");

    private final String text;

    Program(String text) {
        this.text = text;
    }

    /**
     * Its name.
     *
     * @return words for a legend
     */
    public String text() {
        return text;
    }

    /**
     * Its name in files.
     *
     * @return lower case, with hyphens
     */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
