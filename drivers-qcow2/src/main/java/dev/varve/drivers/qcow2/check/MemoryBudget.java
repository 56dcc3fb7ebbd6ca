// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

/**
 * Bounds the memory for counting by what the image itself brings: a base, and a share of the tables that were read.
 * Real images stay far below it, because clusters are allocated next to each other; an image whose few entries are
 * strewn over an enormous sparse file does not.
 */
final class MemoryBudget {
    private static final long BASE = 24L << 20;
    private static final int SHARE = 2;

    private long allowed = BASE;
    private long used;

    /** More metadata was read: so many bytes. */
    void read(long bytes) {
        allowed += SHARE * bytes;
    }

    /** Takes memory before it is allocated. */
    void take(long bytes) throws CheckStopped {
        used += bytes;
        if (used > allowed) {
            throw new CheckStopped("ERROR: counting the references needs more than " + allowed
                    + " bytes of memory: they are strewn over the file, which real images' are not");
        }
    }
}
