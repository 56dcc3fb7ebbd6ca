// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;
import java.math.BigDecimal;

/** A number of bytes as text: digits, with a fraction and a binary suffix if wished (QEMU's {@code strtosz}). */
public final class ByteSize {
    private static final String SUFFIXES = "kMGTPE";

    private ByteSize() {
    }

    /**
     * Reads a number of bytes: {@code 512}, {@code 0x200}, {@code 64k}, {@code 1.5G}, {@code 10b}.
     *
     * @param text the text; the suffix's case does not matter
     * @return bytes, 0 to {@link Long#MAX_VALUE}
     * @throws BlockException of kind INVALID_OPTION that quotes the text
     */
    public static long parse(String text) throws BlockException {
        try {
            if (text.startsWith("0x") || text.startsWith("0X")) {
                return positive(text, Long.parseLong(text.substring(2), 16));
            }
            return parseDecimal(text);
        } catch (NumberFormatException | ArithmeticException e) {
            throw invalid(text);
        }
    }

    private static long parseDecimal(String text) throws BlockException {
        if (text.isEmpty() || !Character.isDigit(text.charAt(0))) {
            throw invalid(text);
        }
        int last = text.length() - 1;
        char suffix = text.charAt(last);
        if (Character.isDigit(suffix) && text.indexOf('.') < 0) {
            return positive(text, Long.parseLong(text));
        }
        if (Character.isDigit(suffix)) {
            return new BigDecimal(text).setScale(0, java.math.RoundingMode.DOWN).longValueExact();
        }
        String number = text.substring(0, last);
        if (!Character.isDigit(number.charAt(number.length() - 1)) || number.indexOf('e') >= 0
                || number.indexOf('E') >= 0) {
            throw invalid(text);
        }
        int power = suffix == 'b' || suffix == 'B' ? 0 : powerOf(suffix, text);
        BigDecimal bytes = new BigDecimal(number).multiply(new BigDecimal(1L << (10 * power)));
        return positive(text, bytes.setScale(0, java.math.RoundingMode.DOWN).longValueExact());
    }

    private static int powerOf(char suffix, String text) throws BlockException {
        for (int i = 0; i < SUFFIXES.length(); i++) {
            if (Character.toLowerCase(SUFFIXES.charAt(i)) == Character.toLowerCase(suffix)) {
                return i + 1;
            }
        }
        throw invalid(text);
    }

    private static long positive(String text, long value) throws BlockException {
        if (value < 0) {
            throw invalid(text);
        }
        return value;
    }

    private static BlockException invalid(String text) {
        return BlockException.invalidOption("'" + text + "' is not a size, allowed is 0 to " + Long.MAX_VALUE
                + " bytes, with suffix k, M, G, T, P or E");
    }
}
