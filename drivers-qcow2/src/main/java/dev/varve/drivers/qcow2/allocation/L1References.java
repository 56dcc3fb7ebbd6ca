// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.RequestFlags;
import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.L1Entry;
import dev.varve.drivers.qcow2.layout.L2Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Counts an L1 table in or out of the refcounts of everything it leads to, and sets the COPIED flags to what the
 * refcounts say (QEMU's {@code qcow2_update_snapshot_refcount}). Inside {@link Metadata#whileQuiet}: tables are read
 * from the file and written to it, past the caches, which must forget them afterwards.
 *
 * <p>COPIED flags may reach the file before or after the refcounts: a flag that is missing costs a copy, and one that
 * is there although the refcount is higher does no harm as long as no header leads to the other user. Whoever adds a
 * user makes all of this durable before the header names it; whoever removes one has removed it from the header.
 */
public final class L1References {
    private static final int L1_PIECE = 64 << 10;

    private final Metadata metadata;
    private final Geometry geometry;
    private final ByteBuffer l2;
    /** Host clusters that were given up and follow each other; told to the storage together. */
    private long freeBegin;
    private long freeEnd;

    /** What is done with each cluster. */
    private enum Change {
        /** One user more, and flags renewed. */
        ADD,
        /** One user less; flags stay, as the table goes. */
        REMOVE,
        /** Takes {@link #ADD} back, and flags renewed. */
        UNDO,
        /** Flags renewed. */
        FLAGS
    }

    /** Of an image that is open for writing. */
    public L1References(Metadata metadata) {
        this.metadata = metadata;
        this.geometry = metadata.geometry;
        this.l2 = ByteBuffer.allocate(geometry.clusterSize());
    }

    /**
     * Adds a user of an L1 table.
     *
     * @param offset where it begins
     * @param entries its length
     * @throws IOException where a refcount would be too large or a table cannot be read; everything is as before
     */
    public void add(long offset, int entries) throws IOException {
        int[] done = new int[2];
        try {
            run(offset, entries, Change.ADD, done);
        } catch (IOException e) {
            undo(offset, done, e);
            throw e;
        }
    }

    private void undo(long offset, int[] done, IOException cause) {
        try {
            for (int index = 0; index < done[1]; index++) {
                apply(l2.getLong(index * Long.BYTES), Change.UNDO);
            }
            run(offset, done[0], Change.UNDO, new int[2]);
        } catch (IOException e) {
            cause.addSuppressed(e);
            metadata.poison.set(cause);
            return;
        }
        try {
            renewFlags(offset + (long) done[0] * Long.BYTES, 1);
        } catch (IOException e) {
            // Its table may be what cannot be read; a flag that is missing does no harm.
            cause.addSuppressed(e);
        }
    }

    /** Removes the user of an L1 table that no header leads to any more. What nobody uses then is free. */
    public void remove(long offset, int entries) throws IOException {
        try {
            run(offset, entries, Change.REMOVE, new int[2]);
        } finally {
            free(0, 0);
        }
    }

    /** Sets the COPIED flags of an L1 table and its L2 tables to what the refcounts say. */
    public void renewFlags(long offset, int entries) throws IOException {
        run(offset, entries, Change.FLAGS, new int[2]);
    }

    /**
     * Goes through a table.
     *
     * @param done is told how many L1 entries are done, and how many entries of the L2 table after them
     */
    private void run(long offset, int entries, Change change, int[] done) throws IOException {
        for (long at = 0; at < (long) entries * Long.BYTES; at += L1_PIECE) {
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(L1_PIECE, (long) entries * Long.BYTES - at));
            metadata.file.readTable("L1 table", offset + at, piece);
            boolean changed = false;
            try {
                for (int index = 0; index < piece.limit(); index += Long.BYTES) {
                    long old = piece.getLong(index);
                    long bits = follow(old, change, done);
                    piece.putLong(index, bits);
                    changed |= bits != old;
                    done[0]++;
                    done[1] = 0;
                }
            } finally {
                // Also after a failure: its undoing looks at the entries that are in the file.
                if (changed) {
                    metadata.file.child().write(offset + at, piece.clear(), RequestFlags.NONE);
                }
            }
        }
    }

    private long follow(long l1Bits, Change change, int[] done) throws IOException {
        L1Entry entry = L1Entry.parse(l1Bits, geometry);
        long table = entry.l2TableOffset();
        if (table == 0) {
            return l1Bits;
        }
        metadata.file.readTable("L2 table", table, l2.clear());
        boolean changed = false;
        int step = Long.BYTES;
        for (int index = 0; index < l2.limit(); index += step) {
            long old = l2.getLong(index);
            long bits = old == 0 ? 0 : apply(old, change);
            if (bits != old) {
                l2.putLong(index, bits);
                changed = true;
            }
            done[1]++;
        }
        if (changed) {
            metadata.file.child().write(table, l2.clear(), RequestFlags.NONE);
        }
        long count = change(table, geometry.clusterSize(), change);
        return change == Change.REMOVE ? l1Bits : table | (count == 1 ? L1Entry.COPIED : 0);
    }

    private long apply(long old, Change change) throws IOException {
        long bits = L2Entry.parse(old, geometry).bits();
        ClusterKind kind = L2Entry.kindOf(bits);
        if (kind == ClusterKind.COMPRESSED) {
            L2Entry entry = new L2Entry(bits);
            long begin = entry.compressedOffset(geometry);
            change(begin, entry.compressedBytes(geometry), change);
            return bits;
        }
        if (!kind.hasHostCluster()) {
            return bits;
        }
        long count = change(bits & L2Entry.OFFSET_MASK, geometry.clusterSize(), change);
        return change == Change.REMOVE ? bits : bits & ~L2Entry.COPIED | (count == 1 ? L2Entry.COPIED : 0);
    }

    /** Changes the refcounts of a range, all of them or none, and returns the last one. */
    private long change(long offset, long bytes, Change change) throws IOException {
        long first = geometry.clusterOf(offset);
        long last = geometry.clusterOf(offset + bytes - 1);
        @Nullable IOException failure = null;
        long at = first;
        long count = 0;
        while (at <= last && failure == null) {
            try {
                count = changeOne(at, change);
                at++;
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            for (long back = at - 1; back >= first && change == Change.ADD; back--) {
                changeOne(back, Change.UNDO);
            }
            throw failure;
        }
        return count;
    }

    private long changeOne(long cluster, Change change) throws IOException {
        Refcounts refcounts = metadata.refcounts();
        long count = refcounts.count(cluster);
        if (count == 0) {
            throw BlockException.corrupt("refcount of the cluster at " + Hex.of(geometry.offsetOf(cluster))
                    + " is 0 but the cluster is in use, allowed is at least 1");
        }
        switch (change) {
            case ADD -> {
                refcounts.increase(cluster, 1);
                return count + 1;
            }
            case UNDO -> {
                return refcounts.decrease(cluster);
            }
            case REMOVE -> {
                if (count > 1) {
                    return refcounts.decrease(cluster);
                }
                free(geometry.offsetOf(cluster), geometry.offsetOf(cluster + 1));
                return 0;
            }
            default -> {
                return count;
            }
        }
    }

    /** Notes a range; what was noted before is freed unless the range goes on from it. */
    private void free(long begin, long end) throws IOException {
        if (begin == freeEnd && end > begin) {
            freeEnd = end;
            return;
        }
        long oldBegin = freeBegin;
        long oldEnd = freeEnd;
        freeBegin = begin;
        freeEnd = end;
        if (oldEnd > oldBegin) {
            metadata.releaseNow(new PendingFrees.Free(oldBegin, oldEnd - oldBegin, PendingFrees.Reason.SNAPSHOT));
        }
    }
}
