// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

/** What the index knows of a run. The order is that of the codes in {@link RunWord}. */
enum RunKind {
    /** Nothing yet: the layers from the span's next one on down have not been asked. */
    UNKNOWN(false),
    /** Bytes that lie in the layer's storage as they are. */
    DATA(true),
    /** As DATA, and the layer knows that they are zeroes. */
    ZERO_DATA(true),
    /** Zeroes by the layer's word. */
    ZERO(false),
    /** Zeroes by the layer's word, with room in its storage. */
    ZERO_WITH_ROOM(true),
    /** The walk ends at the layer: nothing is below, or the next layer is too short. */
    NOTHING(false),
    /** A plain image: whatever its storage says. */
    SAME(true),
    /** Only the layer can tell. */
    ASK(false);

    private final boolean stored;

    RunKind(boolean stored) {
        this.stored = stored;
    }

    /** Whether the run has a place in storage, which advances with the disk. */
    boolean isStored() {
        return stored;
    }
}
