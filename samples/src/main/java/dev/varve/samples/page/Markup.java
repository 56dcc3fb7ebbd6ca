// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.page;

import java.util.Locale;

/** Text and numbers as HTML and SVG want them. */
public final class Markup {
    private Markup() {}

    /**
     * Text between tags or in an attribute.
     *
     * @param text any characters
     * @return the same as HTML
     */
    public static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    /**
     * A number with at most two decimals and a point, whatever the locale.
     *
     * @param value the number
     * @return as CSS and SVG take it
     */
    public static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    }
}
