// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import java.util.Arrays;

/** The symbols of deflate for lengths and distances (RFC 1951, 3.2.5). */
final class DeflateAlphabet {
    static final int END_OF_BLOCK = 256;
    static final int FIRST_LENGTH = 257;
    static final int LITERALS_AND_LENGTHS = 286;
    static final int DISTANCES = 30;

    /** By length: its symbol. */
    static final int[] LENGTH_SYMBOL = new int[MatchFinder.MAX_MATCH + 1];
    static final int[] LENGTH_BASE = new int[LITERALS_AND_LENGTHS - FIRST_LENGTH];
    static final int[] LENGTH_EXTRA = new int[LITERALS_AND_LENGTHS - FIRST_LENGTH];
    /** By distance up to the window: its symbol. */
    static final byte[] DISTANCE_SYMBOL = new byte[MatchFinder.WINDOW + 1];
    static final int[] DISTANCE_BASE = new int[DISTANCES];
    static final int[] DISTANCE_EXTRA = new int[DISTANCES];

    static {
        int length = MatchFinder.MIN_MATCH;
        for (int i = 0; i < LENGTH_BASE.length - 1; i++) {
            LENGTH_BASE[i] = length;
            LENGTH_EXTRA[i] = i < 8 ? 0 : (i >>> 2) - 1;
            for (int n = 0; n < 1 << LENGTH_EXTRA[i] && length <= MatchFinder.MAX_MATCH; n++) {
                LENGTH_SYMBOL[length++] = FIRST_LENGTH + i;
            }
        }
        // The longest has a symbol of its own.
        LENGTH_BASE[LENGTH_BASE.length - 1] = MatchFinder.MAX_MATCH;
        LENGTH_SYMBOL[MatchFinder.MAX_MATCH] = LITERALS_AND_LENGTHS - 1;
        int distance = 1;
        for (int i = 0; i < DISTANCES; i++) {
            DISTANCE_BASE[i] = distance;
            DISTANCE_EXTRA[i] = i < 4 ? 0 : (i >>> 1) - 1;
            for (int n = 0; n < 1 << DISTANCE_EXTRA[i]; n++) {
                if (distance <= MatchFinder.WINDOW) {
                    DISTANCE_SYMBOL[distance] = (byte) i;
                }
                distance++;
            }
        }
    }

    private DeflateAlphabet() {
    }

    /** The lengths of the fixed code (3.2.6). */
    static int[] fixedLengths() {
        int[] lengths = new int[288];
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            lengths[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
        }
        return lengths;
    }

    /** The lengths of the fixed code for distances. */
    static int[] fixedDistanceLengths() {
        int[] lengths = new int[32];
        Arrays.fill(lengths, 5);
        return lengths;
    }
}
