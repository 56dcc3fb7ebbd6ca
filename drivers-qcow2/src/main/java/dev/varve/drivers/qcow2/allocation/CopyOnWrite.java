// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The old content of clusters that are written in part: what belongs around the new data. Stateless. */
final class CopyOnWrite {
    private final HostFile file;
    private final Backing backing;
    private final Geometry geometry;

    CopyOnWrite(HostFile file, Backing backing, Geometry geometry) {
        this.file = file;
        this.backing = backing;
        this.geometry = geometry;
    }

    /** Tells whether a range inside one cluster is known to read as zeroes. */
    boolean readsAsZeroes(long guestOffset, long oldBits) throws IOException {
        ClusterKind kind = L2Entry.kindOf(oldBits);
        return kind.isZero() || kind == ClusterKind.UNALLOCATED
                && backing.shown(guestOffset, 1) == 0;
    }

    /**
     * Puts the old content of a range inside one cluster.
     *
     * @param guestOffset where the range begins
     * @param oldBits the L2 entry before the write
     * @param size the disk's virtual size: behind it is machine state, and zeroes whatever a longer backing
     *        file holds
     * @param dst receives the range in its remaining bytes
     */
    void read(long guestOffset, long oldBits, long size, ByteBuffer dst) throws IOException {
        int bytes = dst.remaining();
        int inside = bytes;
        if (readsAsZeroes(guestOffset, oldBits)) {
            inside = 0;
        } else if (L2Entry.kindOf(oldBits) == ClusterKind.UNALLOCATED) {
            inside = Math.clamp(size - guestOffset, 0, bytes);
        }
        if (inside > 0) {
            int limit = dst.limit();
            dst.limit(dst.position() + inside);
            switch (L2Entry.kindOf(oldBits)) {
                case UNALLOCATED -> backing.read(guestOffset, dst);
                case NORMAL -> file.readPadded("data cluster", (oldBits & L2Entry.OFFSET_MASK)
                        + geometry.offsetInCluster(guestOffset), dst);
                default -> throw BlockException.unsupported("the cluster at guest offset " + Hex.of(guestOffset)
                        + " is compressed");
            }
            dst.limit(limit);
        }
        HostFile.zeroFill(dst, bytes - inside);
    }
}
