// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

/**
 * What the index knows of one run, in a word: kind (bits 61 to 63), height of the layer (43 to 60), and for runs with
 * a place in storage its offset in units of 512 bytes (0 to 42). Zero is a run of which nothing is known.
 */
final class RunWord {
    /** The word of a run of which nothing is known. */
    static final long UNKNOWN = 0;
    /** Chains have at most so many layers. */
    static final int MAX_HEIGHT = (1 << 18) - 1;

    private static final RunKind[] KINDS = RunKind.values();
    private static final int KIND_SHIFT = 61;
    private static final int HEIGHT_SHIFT = 43;
    private static final int UNIT_SHIFT = 9;
    private static final long PLACE_MASK = (1L << HEIGHT_SHIFT) - 1;
    private static final long UNIT_MASK = (1L << UNIT_SHIFT) - 1;

    private RunWord() {
    }

    /** The word of a run that has no place in storage. */
    static long of(RunKind kind, int height) {
        return (long) kind.ordinal() << KIND_SHIFT | (long) height << HEIGHT_SHIFT;
    }

    /** The word of a run at a place in storage; the layer has to be asked where no word can hold the place. */
    static long of(RunKind kind, int height, long place) {
        boolean fits = (place & UNIT_MASK) == 0 && place >>> UNIT_SHIFT <= PLACE_MASK;
        return fits ? of(kind, height) | place >>> UNIT_SHIFT : of(RunKind.ASK, height);
    }

    static RunKind kind(long word) {
        return KINDS[(int) (word >>> KIND_SHIFT)];
    }

    static int height(long word) {
        return (int) (word >>> HEIGHT_SHIFT) & MAX_HEIGHT;
    }

    /** Where the run begins in storage, in bytes. */
    static long place(long word) {
        return (word & PLACE_MASK) << UNIT_SHIFT;
    }

    /** The word of the rest of a run; {@code UNKNOWN - 1}, which is no word, where none can tell the place. */
    static long advanced(long word, int bytes) {
        if (!kind(word).isStored()) {
            return word;
        }
        return (bytes & UNIT_MASK) == 0 ? word + (bytes >>> UNIT_SHIFT) : UNKNOWN - 1;
    }
}
