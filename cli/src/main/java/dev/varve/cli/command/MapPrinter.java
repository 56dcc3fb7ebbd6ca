// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import java.io.PrintStream;

/** How {@code map} prints its entries. */
sealed interface MapPrinter {
    /** Prints what comes before the entries. */
    void begin();

    /** Prints one entry. */
    void print(MapEntry entry, boolean last) throws BlockException;

    /** Prints what comes after the entries. */
    void end();

    /** A table of the parts that hold data. */
    record Human(PrintStream out) implements MapPrinter {
        private static final int COLUMN = 16;

        @Override
        public void begin() {
            line("Offset", "Length", "Mapped to", "File");
        }

        @Override
        public void print(MapEntry entry, boolean last) throws BlockException {
            if (entry.data() && !entry.hasOffset()) {
                throw BlockException.unsupported("file contains external, encrypted or compressed clusters, at offset "
                        + entry.start() + " of the disk; --output json tells of them too");
            }
            if (entry.data() && !entry.zero()) {
                line(hex(entry.start()), hex(entry.length()), hex(entry.offset()), entry.file());
            }
        }

        private void line(String offset, String length, String mapped, String file) {
            out.print(padded(offset) + padded(length) + padded(mapped) + file + "\n");
        }

        private static String padded(String text) {
            return text + " ".repeat(Math.max(0, COLUMN - text.length()));
        }

        private static String hex(long value) {
            return value == 0 ? "0" : "0x" + Long.toHexString(value);
        }

        @Override
        public void end() {
        }
    }

    /** An array of all parts, one a line. */
    record Json(PrintStream out) implements MapPrinter {
        @Override
        public void begin() {
            out.print('[');
        }

        @Override
        public void print(MapEntry entry, boolean last) {
            StringBuilder text = new StringBuilder(160);
            text.append("{ \"start\": ").append(entry.start()).append(", \"length\": ").append(entry.length())
                    .append(", \"depth\": ").append(entry.depth()).append(", \"present\": ").append(entry.present())
                    .append(", \"zero\": ").append(entry.zero()).append(", \"data\": ").append(entry.data());
            if (entry.hasOffset()) {
                text.append(", \"offset\": ").append(entry.offset());
            }
            out.print(text.append(last ? "}" : "},\n"));
        }

        @Override
        public void end() {
            out.print("]\n");
        }
    }
}
