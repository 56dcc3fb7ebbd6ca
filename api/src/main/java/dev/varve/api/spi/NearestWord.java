// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that somebody may have meant. */
public final class NearestWord {
    private NearestWord() {
    }

    /**
     * The known word with the smallest edit distance, if it is near enough to be meant: at most a third of the longer
     * word's letters, and at least 2, differ.
     *
     * @param word what was written
     * @param known what could have been meant
     * @return the nearest word, or empty where none is near
     */
    public static Optional<String> of(String word, Collection<String> known) {
        return known.stream().filter(candidate -> distance(word, candidate) <= tolerance(word, candidate))
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
    }

    private static int tolerance(String word, String candidate) {
        return Math.max(2, Math.max(word.length(), candidate.length()) / 3);
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
