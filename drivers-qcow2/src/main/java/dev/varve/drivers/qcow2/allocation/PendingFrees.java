// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import java.util.ArrayList;
import java.util.List;

/**
 * Host clusters that lose a reference once it is durable that the mapping has changed and no request can still use
 * the old one. Under the metadata lock.
 */
final class PendingFrees {
    private List<Free> waiting = new ArrayList<>();
    private long bytes;

    /** Why a reference goes: decides whether the storage is told (QEMU's {@code QCOW2_DISCARD_*}). */
    enum Reason {
        /** A discard, or write zeroes that may unmap. */
        REQUEST,
        /** A snapshot was removed, or the disk put back to one. */
        SNAPSHOT,
        /** Everything else. */
        OTHER
    }

    /** A range of clusters in the file. */
    record Free(long offset, long bytes, Reason reason) {}

    void add(long offset, long length, Reason reason) {
        bytes += length;
        if (!waiting.isEmpty()) {
            Free last = waiting.getLast();
            if (last.reason == reason && last.offset + last.bytes == offset) {
                waiting.set(waiting.size() - 1, new Free(last.offset, last.bytes + length, reason));
                return;
            }
        }
        waiting.add(new Free(offset, length, reason));
    }

    /** How many entries wait. */
    int ranges() {
        return waiting.size();
    }

    /** How many bytes wait. */
    long bytes() {
        return bytes;
    }

    /** All that wait; nothing does afterwards. */
    List<Free> take() {
        List<Free> taken = waiting;
        waiting = new ArrayList<>();
        bytes = 0;
        return taken;
    }
}
