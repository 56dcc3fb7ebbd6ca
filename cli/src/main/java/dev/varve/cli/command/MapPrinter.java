// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

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

    /** An array of all parts, one a line. There may be millions: digits are made in place. */
    final class Json implements MapPrinter {
        private static final int LONGEST_LINE = 256;
        private static final byte[] START = ascii("{ \"start\": ");
        private static final byte[] LENGTH = ascii(", \"length\": ");
        private static final byte[] DEPTH = ascii(", \"depth\": ");
        private static final byte[] PRESENT = ascii(", \"present\": ");
        private static final byte[] ZERO = ascii(", \"zero\": ");
        private static final byte[] DATA = ascii(", \"data\": ");
        private static final byte[] OFFSET = ascii(", \"offset\": ");
        private static final byte[] TRUE = ascii("true");
        private static final byte[] FALSE = ascii("false");
        private static final byte[] END = ascii("},\n");
        private static final byte[] LAST_END = ascii("}");

        private final PrintStream out;
        private final byte[] line = new byte[LONGEST_LINE];
        private int used;

        Json(PrintStream out) {
            this.out = out;
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public void begin() {
            out.print('[');
        }

        @Override
        public void print(MapEntry entry, boolean last) {
            used = 0;
            add(START, entry.start());
            add(LENGTH, entry.length());
            add(DEPTH, entry.depth());
            add(PRESENT, entry.present());
            add(ZERO, entry.zero());
            add(DATA, entry.data());
            if (entry.hasOffset()) {
                add(OFFSET, entry.offset());
            }
            add(last ? LAST_END : END);
            out.write(line, 0, used);
        }

        private void add(byte[] text) {
            System.arraycopy(text, 0, line, used, text.length);
            used += text.length;
        }

        private void add(byte[] name, boolean value) {
            add(name);
            add(value ? TRUE : FALSE);
        }

        private void add(byte[] name, long value) {
            add(name);
            int digits = 1;
            for (long rest = value; rest >= 10; rest /= 10) {
                digits++;
            }
            used += digits;
            long rest = value;
            for (int i = used - 1; digits > 0; digits--) {
                line[i--] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
        }

        @Override
        public void end() {
            out.print("]\n");
        }
    }
}
