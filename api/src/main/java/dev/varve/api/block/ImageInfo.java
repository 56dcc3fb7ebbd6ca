// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a node tells of its image.
 *
 * @param filename the name that would open the image again, or empty for a node without one
 * @param size the virtual size in bytes
 * @param actualSize the bytes it occupies in storage, where known
 * @param clusterSize the allocation unit in bytes, where the format has one
 * @param backing the backing file that the image names
 * @param state whether it is dirty or encrypted
 * @param snapshots its internal snapshots, where the format has them
 * @param specific the format's own facts in the order and with the keys of {@code qemu-img info --output json};
 *        values are String, Long, Boolean, List or Map of the same
 */
public record ImageInfo(String filename, long size, OptionalLong actualSize, OptionalLong clusterSize,
        Optional<ImageReference> backing, State state, List<SnapshotInfo> snapshots, Map<String, Object> specific) {
    /**
     * What may be the matter with an image.
     *
     * @param dirty it was not closed cleanly
     * @param encrypted its content is encrypted
     */
    public record State(boolean dirty, boolean encrypted) {}

    /** Copies the list and the map, keeping its order. */
    public ImageInfo {
        snapshots = List.copyOf(snapshots);
        specific = Collections.unmodifiableMap(new LinkedHashMap<>(specific));
    }

    /** An image that is not encrypted and has no snapshots. */
    public ImageInfo(String filename, long size, OptionalLong actualSize, OptionalLong clusterSize,
            Optional<ImageReference> backing, boolean dirty, Map<String, Object> specific) {
        this(filename, size, actualSize, clusterSize, backing, new State(dirty, false), List.of(), specific);
    }

    /**
     * Whether the image was not closed cleanly.
     *
     * @return as its state says
     */
    public boolean dirty() {
        return state.dirty;
    }

    /**
     * The facts of a node that has nothing but a size.
     *
     * @param filename the name that would open it again, or empty
     * @param size the virtual size in bytes
     * @return an info without optional parts
     */
    public static ImageInfo plain(String filename, long size) {
        return new ImageInfo(filename, size, OptionalLong.empty(), OptionalLong.empty(), Optional.empty(), false,
                Map.of());
    }
}
