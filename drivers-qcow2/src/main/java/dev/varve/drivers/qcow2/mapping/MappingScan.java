// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import dev.varve.api.spi.RequestGate;
import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.L2Bitmap;
import dev.varve.drivers.qcow2.layout.L2Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the mapping of a range run by run, for somebody who remembers it: slices that are in memory are asked, of other
 * L2 tables just the entries of the range are read, and none of it is kept. Confined to one call.
 *
 * <p>A piece of the entries is copied inside the gate and told outside, so that whoever is told may do what it likes.
 * Within a piece each entry is as it was before or after a concurrent change, as with {@link ClusterMap#bits}.
 */
public final class MappingScan {
    /** Is told the runs, in order and without gaps. */
    @FunctionalInterface
    public interface Runs {
        /**
         * A run of one kind, as long as it can be: host clusters follow each other.
         *
         * @param kind of its clusters
         * @param hostOffset where it begins in the file, for kinds with a host cluster
         * @param bytes its length
         */
        void run(ClusterKind kind, long hostOffset, long bytes);
    }

    private static final ByteBuffer ZEROES = ByteBuffer.allocate(64 << 10);

    private final ClusterMap map;
    private final Geometry geometry;
    private final @Nullable RequestGate gate;
    private final Runs runs;
    /** The run that may still grow; empty before the first. */
    private ClusterKind kind = ClusterKind.UNALLOCATED;
    private long hostOffset;
    private long bytes;

    /**
     * A scan.
     *
     * @param map the mapping
     * @param geometry the image's
     * @param gate what requests pass, or null where the mapping never changes
     * @param runs is told
     */
    public MappingScan(ClusterMap map, Geometry geometry, @Nullable RequestGate gate, Runs runs) {
        this.map = map;
        this.geometry = geometry;
        this.gate = gate;
        this.runs = runs;
    }

    /**
     * Scans a range.
     *
     * @param offset where to begin
     * @param length how much, at least 1, inside the disk
     * @throws IOException if an entry is corrupt or cannot be read; the runs before it were told
     */
    public void run(long offset, long length) throws IOException {
        ByteBuffer words = TableScratch.take();
        try {
            long end = offset + length;
            for (long at = offset; at < end;) {
                at = piece(at, end, words.clear());
            }
        } catch (IOException e) {
            finish();
            throw e;
        } finally {
            TableScratch.giveBack(words);
        }
        finish();
    }

    private long piece(long at, long end, ByteBuffer words) throws IOException {
        long hole = copy(at, end, words);
        if (hole > 0) {
            long step = Math.min(hole, end - at);
            add(ClusterKind.UNALLOCATED, 0, step);
            return at + step;
        }
        long position = at;
        for (words.flip(); words.hasRemaining();) {
            if (geometry.extendedL2()) {
                position = extended(position, end, words.getLong(), words.getLong());
                continue;
            }
            long bits = words.getLong();
            // Most layers of a long chain hold little: what they do not hold is passed over in one step.
            int entries = bits == 0 ? 1 + skipZeroes(words) : 1;
            long behind = position - geometry.offsetInCluster(position) + entries * (long) geometry.clusterSize();
            long step = Math.min(behind, end) - position;
            long word = L2Entry.inMemory(map.checked(bits, position, false), geometry);
            tell(word, position, step);
            position += step;
        }
        return position;
    }

    private void tell(long bits, long position, long step) {
        ClusterKind found = L2Entry.kindOf(bits);
        add(found, found.hasHostCluster() ? map.hostOffset(bits, position) : 0, step);
    }

    /** The subclusters of one entry. */
    private long extended(long position, long end, long bits, long bitmap) throws IOException {
        L2Bitmap.check(L2Entry.inMemory(map.checked(bits, position, false), geometry), bitmap);
        long clusterEnd = Math.min(end, position - geometry.offsetInCluster(position) + geometry.clusterSize());
        boolean whole = L2Bitmap.isUniform(bitmap) || (bits & L2Entry.COMPRESSED) != 0;
        long at = position;
        while (at < clusterEnd) {
            long step = Math.min(clusterEnd, whole ? clusterEnd : geometry.unitUp(at + 1)) - at;
            tell(L2Bitmap.unit(bits, bitmap, geometry.subclusterOf(at), geometry), at, step);
            at += step;
        }
        return at;
    }

    /** Moves behind words that are 0 and counts them; compared in bulk, which is quick before code is compiled too. */
    private static int skipZeroes(ByteBuffer words) {
        int same = words.mismatch(ZEROES);
        int entries = (same < 0 ? words.remaining() : same) / Long.BYTES;
        words.position(words.position() + entries * Long.BYTES);
        return entries;
    }

    private long copy(long at, long end, ByteBuffer words) throws IOException {
        RequestGate passed = gate;
        int ticket = passed == null ? 0 : passed.enter();
        try {
            long hole = map.hole(at, end);
            if (hole == 0) {
                map.copyEntries(at, end, words);
            }
            return hole;
        } finally {
            if (passed != null) {
                passed.exit(ticket);
            }
        }
    }

    private void add(ClusterKind next, long nextHost, long nextBytes) {
        boolean joined = next == kind && (!kind.hasHostCluster() || hostOffset + bytes == nextHost);
        if (bytes > 0 && joined) {
            bytes += nextBytes;
            return;
        }
        finish();
        kind = next;
        hostOffset = nextHost;
        bytes = nextBytes;
    }

    private void finish() {
        if (bytes > 0) {
            long told = bytes;
            bytes = 0;
            runs.run(kind, hostOffset, told);
        }
    }
}
