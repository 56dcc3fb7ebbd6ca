// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

import java.util.Locale;

/** How the new area of a grown or created image is allocated (QEMU's {@code PreallocMode}). */
public enum Preallocation {
    /** Not at all. */
    OFF,
    /** The format's metadata only. */
    METADATA,
    /** Host blocks reserved, not written. */
    FALLOC,
    /** Host blocks written with zeroes. */
    FULL;

    /**
     * The value as options spell it.
     *
     * @return the lower-case name
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
