// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import java.util.EnumSet;
import java.util.Set;

/**
 * What writes are compared with before they are made ({@code overlap-check}).
 *
 * @param kinds the structures to look at
 */
public record OverlapSettings(Set<MetadataKind> kinds) {
    /** Nothing. */
    public static final OverlapSettings NONE = new OverlapSettings(Set.of());
    /** What can be looked at without reading anything. */
    public static final OverlapSettings CONSTANT = new OverlapSettings(EnumSet.of(MetadataKind.MAIN_HEADER,
            MetadataKind.ACTIVE_L1, MetadataKind.REFCOUNT_TABLE, MetadataKind.SNAPSHOT_TABLE,
            MetadataKind.BITMAP_DIRECTORY));
    /** These and what is in memory anyway. */
    public static final OverlapSettings CACHED = CONSTANT.with(MetadataKind.ACTIVE_L2).with(
            MetadataKind.REFCOUNT_BLOCK).with(MetadataKind.INACTIVE_L1);
    /** Everything. */
    public static final OverlapSettings ALL = new OverlapSettings(EnumSet.allOf(MetadataKind.class));

    /** Copies the set. */
    public OverlapSettings {
        kinds = Set.copyOf(kinds);
    }

    /**
     * Tells whether a structure is looked at.
     *
     * @param kind which
     * @return true where writes onto it are refused
     */
    public boolean has(MetadataKind kind) {
        return kinds.contains(kind);
    }

    /**
     * These settings and one structure more.
     *
     * @param kind which
     * @return new settings
     */
    public OverlapSettings with(MetadataKind kind) {
        Set<MetadataKind> more = EnumSet.of(kind);
        more.addAll(kinds);
        return new OverlapSettings(more);
    }

    /**
     * These settings without one structure.
     *
     * @param kind which
     * @return new settings
     */
    public OverlapSettings without(MetadataKind kind) {
        Set<MetadataKind> fewer = EnumSet.noneOf(MetadataKind.class);
        fewer.addAll(kinds);
        fewer.remove(kind);
        return new OverlapSettings(fewer);
    }
}
