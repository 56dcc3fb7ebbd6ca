// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as C's {@code printf} prints them, without the cost of a Formatter at start-up. */
public final class Decimal {
    private Decimal() {
    }

    /**
     * As {@code %.Nf}.
     *
     * @param value a finite number
     * @param digits digits behind the point
     * @return the exact binary value, rounded half to even
     */
    public static String fixed(double value, int digits) {
        return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    }

    /**
     * As {@code %0N.Mf}.
     *
     * @param value a finite number, at least 0
     * @param digits digits behind the point
     * @param width the width that is filled with zeroes in front
     * @return the text
     */
    public static String fixed(double value, int digits, int width) {
        return padded(fixed(value, digits), width);
    }

    /**
     * As {@code %.Ng} for numbers from 0 on: so many significant digits, no trailing zeroes, an exponent where the
     * digits do not reach.
     *
     * @param value a finite number, 0 or at least 1
     * @param digits significant digits
     * @return the text
     */
    public static String significant(double value, int digits) {
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        BigDecimal shortest = rounded.stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent < digits) {
            return shortest.toPlainString();
        }
        BigDecimal mantissa = shortest.movePointLeft(exponent).stripTrailingZeros();
        return mantissa.toPlainString() + "e+" + padded(Integer.toString(exponent), 2);
    }

    /**
     * A text with zeroes in front.
     *
     * @param text digits
     * @param width the least length of the result
     * @return the text, filled up
     */
    public static String padded(String text, int width) {
        return text.length() >= width ? text : "0".repeat(width - text.length()) + text;
    }
}
