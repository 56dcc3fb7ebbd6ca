// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.page;

import java.util.Locale;

/** Text and numbers as HTML and SVG want them. */
final class Markup {
    private Markup() {}

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    /** A number with at most two decimals and a point, whatever the locale. */
    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    }
}
