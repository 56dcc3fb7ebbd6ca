// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

/** What an L2 entry says of its guest cluster (QEMU's {@code QCow2ClusterType}). */
public enum ClusterKind {
    /** Nothing here: the backing file's content, or zeroes. */
    UNALLOCATED,
    /** Reads as zeroes, without a host cluster. */
    ZERO_PLAIN,
    /** Reads as zeroes, with a host cluster set aside. */
    ZERO_ALLOCATED,
    /** Its bytes are in a host cluster. */
    NORMAL,
    /** Compressed, somewhere in one or several host clusters. */
    COMPRESSED;

    /**
     * Tells whether it reads as zeroes whatever the backing file holds.
     *
     * @return true for both zero kinds
     */
    public boolean isZero() {
        return this == ZERO_PLAIN || this == ZERO_ALLOCATED;
    }

    /**
     * Tells whether something in the file belongs to it.
     *
     * @return true for NORMAL, ZERO_ALLOCATED and COMPRESSED
     */
    public boolean isAllocated() {
        return hasHostCluster() || this == COMPRESSED;
    }

    /**
     * Tells whether a whole host cluster belongs to it.
     *
     * @return true for NORMAL and ZERO_ALLOCATED
     */
    public boolean hasHostCluster() {
        return this == NORMAL || this == ZERO_ALLOCATED;
    }
}
