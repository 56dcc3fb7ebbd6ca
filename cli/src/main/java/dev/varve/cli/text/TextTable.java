// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

import java.util.ArrayList;
import java.util.List;

/** Rows of words in columns as wide as their widest word; numbers end below each other. */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final String alignment;
    private final int[] widths;

    /**
     * A table.
     *
     * @param alignment for each column {@code r}, to the right, or {@code l}, to the left
     * @param heads the words above the columns
     */
    public TextTable(String alignment, String... heads) {
        this.alignment = alignment;
        this.widths = new int[alignment.length()];
        add(heads);
    }

    /**
     * Adds a row.
     *
     * @param words one for each column
     */
    public void add(String... words) {
        if (words.length != widths.length) {
            throw new IllegalArgumentException(words.length + " words for " + widths.length + " columns");
        }
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], words[i].length());
        }
        rows.add(List.of(words));
    }

    /**
     * The table.
     *
     * @return lines, each ended, without blanks at the end
     */
    public String text() {
        StringBuilder text = new StringBuilder(rows.size() * 80);
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String blanks = " ".repeat(widths[i] - row.get(i).length());
                boolean right = alignment.charAt(i) == 'r';
                line.append(i == 0 ? "" : GAP).append(right ? blanks : "").append(row.get(i))
                        .append(right ? "" : blanks);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
