// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.DebugEvent;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The file that an image lies in, with what qcow2 says of its end: the last cluster may be there in part and reads as
 * zeroes behind the end; what begins behind the end is corrupt. Thread-safe.
 */
public final class HostFile {
    private static final byte[] ZEROES = new byte[64 << 10];

    private final BlockChild child;
    private final Geometry geometry;
    private final boolean mayEnd;
    private final Corruption corruption;
    /** A lower bound of the file's size, so that most reads need not ask for it. */
    private volatile long knownEnd;

    /** A file of which nothing is known yet. */
    public HostFile(BlockChild child, Geometry geometry) {
        this(child, geometry, Corruption.UNHEARD, false);
    }

    /** A file whose corruptions somebody is told of. */
    public HostFile(BlockChild child, Geometry geometry, Corruption corruption) {
        this(child, geometry, corruption, false);
    }

    private HostFile(BlockChild child, Geometry geometry, Corruption corruption, boolean mayEnd) {
        this.child = child;
        this.mayEnd = mayEnd;
        this.geometry = geometry;
        this.corruption = corruption;
    }

    /** Who is told of corruptions. */
    public Corruption corruption() {
        return corruption;
    }

    /** An external data file, which may end anywhere. */
    public static HostFile ofData(BlockChild child, Geometry geometry) {
        return new HostFile(child, geometry, Corruption.UNHEARD, true);
    }

    /** The edge to the storage. */
    public BlockChild child() {
        return child;
    }

    /** Comes to a point that tests hang faults on. */
    public void event(DebugEvent event) throws IOException {
        child.debugEvent(event);
    }

    /** The size of the file in bytes, as it is now. */
    public long size() throws IOException {
        long size = child.size();
        knownEnd = size;
        return size;
    }

    /** Reads from clusters that begin inside the file; what is behind its end reads as zeroes. */
    public void readPadded(String what, long hostOffset, ByteBuffer dst) throws IOException {
        int bytes = dst.remaining();
        if (hostOffset + bytes <= knownEnd) {
            child.read(hostOffset, dst, RequestFlags.NONE);
            return;
        }
        readPart(checkedSize(what, hostOffset, bytes), hostOffset, dst);
    }

    /** Reads from a place inside the file; what is behind its end reads as zeroes, whole clusters of it too. */
    public void readFrom(String what, long hostOffset, ByteBuffer dst) throws IOException {
        if (hostOffset + dst.remaining() <= knownEnd) {
            child.read(hostOffset, dst, RequestFlags.NONE);
        } else {
            readPart(checkedSize(what, hostOffset, 1), hostOffset, dst);
        }
    }

    private void readPart(long size, long hostOffset, ByteBuffer dst) throws IOException {
        int bytes = dst.remaining();
        int there = Math.clamp(size - hostOffset, 0, bytes);
        if (there > 0) {
            int limit = dst.limit();
            child.read(hostOffset, dst.limit(dst.position() + there), RequestFlags.NONE);
            dst.limit(limit);
        }
        zeroFill(dst, bytes - there);
    }

    /** Reads metadata, which must be there as a whole. */
    public void readTable(String what, long hostOffset, ByteBuffer dst) throws IOException {
        checkTable(what, hostOffset, dst.remaining());
        child.read(hostOffset, dst, RequestFlags.NONE);
    }

    /** Refuses metadata that is not there as a whole. */
    void checkTable(String what, long hostOffset, int bytes) throws IOException {
        if (!holds(hostOffset, bytes)) {
            throw BlockException.corrupt(what + " at " + Hex.of(hostOffset) + " with " + bytes
                    + " bytes ends beyond the end of the file, which has " + knownEnd + " bytes");
        }
    }

    /** Tells whether a range lies inside the file as a whole. */
    boolean holds(long hostOffset, int bytes) throws IOException {
        return hostOffset + bytes <= knownEnd || hostOffset <= size() - bytes;
    }

    /** Checks that the clusters of a range begin inside the file. */
    public void checkBegin(String what, long hostOffset, long bytes) throws IOException {
        if (hostOffset + bytes > knownEnd) {
            checkedSize(what, hostOffset, bytes);
        }
    }

    private long checkedSize(String what, long hostOffset, long bytes) throws IOException {
        long size = size();
        long last = hostOffset + bytes - 1;
        long begin = last - geometry.offsetInCluster(last);
        if (begin >= size && !mayEnd) {
            throw BlockException.corrupt(what + " at " + Hex.of(begin)
                    + " begins beyond the end of the file, which has " + size + " bytes");
        }
        return size;
    }

    /** Puts zeroes at the position. */
    public static void zeroFill(ByteBuffer dst, int bytes) {
        int left = bytes;
        while (left > 0) {
            int now = Math.min(left, ZEROES.length);
            dst.put(ZEROES, 0, now);
            left -= now;
        }
    }
}
