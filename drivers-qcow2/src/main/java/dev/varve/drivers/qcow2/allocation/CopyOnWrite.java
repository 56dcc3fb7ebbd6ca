// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.drivers.qcow2.compression.CompressedClusters;
import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.GuestData;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The old content of clusters that are written in part: what belongs around the new data. Their mapping does not change
 * meanwhile ({@link InFlight}). Stateless.
 */
public final class CopyOnWrite {
    private final ClusterMap map;
    private final GuestData guest;
    private final CompressedClusters compressed;
    private final Backing backing;

    /** The content of an image as its mapping tells it, and below it the backing file's. */
    public CopyOnWrite(ClusterMap map, GuestData guest, CompressedClusters compressed, Backing backing) {
        this.map = map;
        this.guest = guest;
        this.compressed = compressed;
        this.backing = backing;
    }

    /** Tells whether a range is known to read as zeroes. */
    boolean readsAsZeroes(long guestOffset, long bytes) throws IOException {
        long end = guestOffset + bytes;
        for (long at = guestOffset; at < end;) {
            long bits = map.bits(at);
            long run = map.run(at, bits, end - at, ClusterMap.FOR_READ);
            ClusterKind kind = L2Entry.kindOf(bits);
            if (!kind.isZero() && !(kind == ClusterKind.UNALLOCATED && backing.readsAsZeroes(at, run))) {
                return false;
            }
            at += run;
        }
        return true;
    }

    /**
     * Puts the old content of a range.
     *
     * @param guestOffset where the range begins
     * @param size the disk's virtual size: behind it is machine state, and zeroes whatever a longer backing file
     *        holds
     * @param dst receives the range in its remaining bytes
     */
    void read(long guestOffset, long size, ByteBuffer dst) throws IOException {
        int limit = dst.limit();
        int end = limit;
        long at = guestOffset;
        while (dst.position() < end) {
            long bits = map.bits(at);
            int run = (int) map.run(at, bits, end - dst.position(), ClusterMap.FOR_READ);
            readRun(at, bits, size, dst.limit(dst.position() + run));
            at += run;
        }
        dst.limit(limit);
    }

    private void readRun(long guestOffset, long bits, long size, ByteBuffer dst) throws IOException {
        switch (L2Entry.kindOf(bits)) {
            case UNALLOCATED -> {
                int end = dst.limit();
                int inside = Math.clamp(size - guestOffset, 0, dst.remaining());
                if (inside > 0 && backing.shown(guestOffset, 1) > 0) {
                    backing.read(guestOffset, dst.limit(dst.position() + inside));
                }
                HostFile.zeroFill(dst.limit(end), dst.remaining());
            }
            case ZERO_PLAIN, ZERO_ALLOCATED -> HostFile.zeroFill(dst, dst.remaining());
            case NORMAL -> guest.read(guestOffset, map.hostOffset(bits, guestOffset), dst);
            case COMPRESSED -> compressed.read(guestOffset, bits, dst);
        }
    }
}
