// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

/** Text as XML can hold it. */
public final class XmlText {
    private static final char UNPRINTABLE = '\uFFFD';

    private XmlText() {
    }

    /**
     * Text for the content of an element.
     *
     * @param text any text, such as the name of a file
     * @return with markup escaped; characters that XML 1.0 forbids (section 2.2) are replaced
     */
    public static String of(String text) {
        StringBuilder xml = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> xml.append("&amp;");
                case '<' -> xml.append("&lt;");
                case '>' -> xml.append("&gt;");
                default -> xml.appendCodePoint(isAllowed(c) ? c : UNPRINTABLE);
            }
        });
        return xml.toString();
    }

    private static boolean isAllowed(int c) {
        boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        return c >= ' ' && !surrogate && c != 0xFFFE && c != 0xFFFF || c == '\t' || c == '\n' || c == '\r';
    }
}
