// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;

/** Shared locks on single bytes of an open file, seen by every other opening of it, in this process or another. */
interface LockBytes {
    /** Locks a byte; does not wait. */
    void lock(int position) throws BlockException;

    /** Unlocks a byte. A failure is of no consequence: closing the file unlocks everything. */
    void unlock(int position);

    /** Whether another opening of the file has the byte locked. */
    boolean isLockedElsewhere(int position) throws BlockException;

    /** Who has the byte locked: {@code process 12 (qemu-img)}; or words for somebody unknown. */
    String holder(int position);
}
