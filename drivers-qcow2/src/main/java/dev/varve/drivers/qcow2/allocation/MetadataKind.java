// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

/** The structures of an image that nothing else may overwrite (QEMU's {@code QCOW2_OL_*}), in QEMU's order. */
public enum MetadataKind {
    /** The header. */
    MAIN_HEADER("qcow2_header", "main-header"),
    /** The active L1 table. */
    ACTIVE_L1("active L1 table", "active-l1"),
    /** L2 tables of the active L1 table. */
    ACTIVE_L2("active L2 table", "active-l2"),
    /** The refcount table. */
    REFCOUNT_TABLE("refcount table", "refcount-table"),
    /** Refcount blocks. */
    REFCOUNT_BLOCK("refcount block", "refcount-block"),
    /** The snapshot table. */
    SNAPSHOT_TABLE("snapshot table", "snapshot-table"),
    /** L1 tables of snapshots. */
    INACTIVE_L1("inactive L1 table", "inactive-l1"),
    /** L2 tables of snapshots. */
    INACTIVE_L2("inactive L2 table", "inactive-l2"),
    /** The directory of the bitmaps. */
    BITMAP_DIRECTORY("bitmap directory", "bitmap-directory");

    private final String text;
    private final String option;

    MetadataKind(String text, String option) {
        this.text = text;
        this.option = option;
    }

    /**
     * Its name in messages.
     *
     * @return QEMU's words
     */
    public String text() {
        return text;
    }

    /**
     * Its name behind {@code overlap-check.}
     *
     * @return QEMU's option
     */
    public String option() {
        return option;
    }
}
