// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import dev.varve.api.block.Extent;

/** What an extent holds, in a word. */
public enum ContentWord {
    /** Bytes that lie in storage as they are. */
    DATA("data"),
    /** Bytes in storage that are known to read as zeroes. */
    ZERO_DATA("zero data"),
    /** Zeroes that a layer states. */
    ZERO("zero"),
    /** Zeroes that a layer states, with storage set aside for what is written there. */
    ZERO_WITH_ROOM("zero with room"),
    /** Compressed or encrypted bytes. */
    ENCODED("encoded"),
    /** No layer holds anything: reads as zeroes. */
    NOTHING("nothing");

    private final String text;

    ContentWord(String text) {
        this.text = text;
    }

    /**
     * The word for an extent.
     *
     * @param extent any
     * @return what it holds
     */
    public static ContentWord of(Extent extent) {
        if (!extent.allocated()) {
            return NOTHING;
        }
        return switch (extent.content()) {
            case DATA -> DATA;
            case ZERO_DATA -> ZERO_DATA;
            case ZERO -> extent.location().isPresent() ? ZERO_WITH_ROOM : ZERO;
            case ENCODED -> ENCODED;
        };
    }

    /**
     * The word for people; with {@code -} for blanks, that for programs.
     *
     * @return lower case
     */
    public String text() {
        return text;
    }

    /**
     * Whether the bytes take up storage in the layer.
     *
     * @return false for zeroes without room and for what no layer holds
     */
    public boolean isStored() {
        return this != ZERO && this != NOTHING;
    }
}
