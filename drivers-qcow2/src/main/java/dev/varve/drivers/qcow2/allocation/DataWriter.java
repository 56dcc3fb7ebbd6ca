// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.spi.DebugEvent;
import dev.varve.drivers.qcow2.crypto.SectorCipher;
import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.GuestData;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes guest data. Clusters of this image alone are overwritten in place without a lock; others get host clusters
 * first ({@link ClusterGrant}), then their data and what belongs around it, then their mapping, so a reader sees the
 * cluster as it was or as it is. Any thread; callers are inside the gate.
 */
public final class DataWriter {
    private static final long MAX_ALLOCATION = 16L << 20;

    private final Metadata metadata;
    private final Geometry geometry;
    private final ClusterMap map;
    private final GuestData guest;
    private final CopyOnWrite copyOnWrite;
    private final ScratchBuffers scratch = new ScratchBuffers();

    /** Writes into an image whose old content is what {@code copyOnWrite} reads. */
    public DataWriter(Metadata metadata, GuestData guest, CopyOnWrite copyOnWrite) {
        this.metadata = metadata;
        this.guest = guest;
        this.geometry = metadata.geometry;
        this.map = metadata.map;
        this.copyOnWrite = copyOnWrite;
    }

    /** Writes the remaining bytes of the buffer at a guest offset. */
    public void write(long offset, ByteBuffer src) throws IOException {
        int limit = src.limit();
        long at = offset;
        while (src.hasRemaining()) {
            long bits = map.bitsForWrite(at);
            int written;
            int run = isWritable(bits) ? (int) map.run(at, bits, src.remaining(), ClusterMap.FOR_WRITE) : 0;
            if (run == src.remaining() || run >= MAX_ALLOCATION
                    || run > 0 && !ClusterGrant.zeroesFollow(metadata, at, bits, run)) {
                written = run;
                overwrite(at, map.hostOffset(bits, at), src.limit(src.position() + written));
            } else {
                written = allocateAndWrite(at, src);
            }
            src.limit(limit);
            at += written;
        }
    }

    /**
     * As {@link #write}, where the buffer may begin and end inside sectors of an encrypted image: then what is around
     * is read and written again, which nobody else must write meanwhile.
     */
    public void writeParts(long offset, ByteBuffer src) throws IOException {
        int head = (int) (offset % SectorCipher.SECTOR);
        int bytes = src.remaining();
        int whole = head + bytes + SectorCipher.SECTOR - 1 & -SectorCipher.SECTOR;
        if (!guest.isEncrypted() || whole == bytes) {
            write(offset, src);
            return;
        }
        ByteBuffer sectors = ByteBuffer.allocate(whole);
        copyOnWrite.read(offset - head, Long.MAX_VALUE, sectors);
        write(offset - head, sectors.position(head).put(src).clear());
    }

    private static boolean isWritable(long bits) {
        return (bits & L2Entry.COPIED) != 0 && L2Entry.kindOf(bits) == ClusterKind.NORMAL;
    }

    private void overwrite(long offset, long hostOffset, ByteBuffer src) throws IOException {
        metadata.checkOldData(hostOffset, src.remaining());
        metadata.file.event(DebugEvent.WRITE_AIO);
        guest.write(offset, hostOffset, src);
    }

    /** Returns how many bytes were written: 0 where the clusters turned out to have been allocated meanwhile. */
    private int allocateAndWrite(long offset, ByteBuffer src) throws IOException {
        long most = Math.max(geometry.clusterSize() - geometry.offsetInCluster(offset), MAX_ALLOCATION);
        ClusterGrant grant = ClusterGrant.take(metadata, offset, Math.min(most, src.remaining()));
        if (grant == null) {
            return 0;
        }
        int written = (int) (grant.writeEnd() - offset);
        boolean done = false;
        try {
            writeGranted(grant, offset, src.limit(src.position() + written));
            done = true;
        } finally {
            if (done) {
                grant.link();
            } else {
                grant.giveUp();
            }
        }
        return written;
    }

    private void writeGranted(ClusterGrant grant, long offset, ByteBuffer src) throws IOException {
        int head = (int) (offset - grant.begin());
        long end = grant.writeEnd();
        int tail = (int) (grant.end() - end);
        if (head > 0 && isSkipped(grant, grant.begin(), head)) {
            head = 0;
        }
        if (metadata.isDataRaw()) {
            // It ends where the disk does.
            tail = Math.clamp(metadata.headers.header().size() - end, 0, tail);
        }
        if (tail > 0 && isSkipped(grant, end, tail)) {
            tail = 0;
        }
        if (head + tail > 0 && (long) head + src.remaining() + tail <= ScratchBuffers.BYTES) {
            writeTogether(grant, offset, head, src, tail);
            return;
        }
        copyAround(grant, offset - head, head);
        metadata.file.event(DebugEvent.WRITE_AIO);
        guest.write(offset, grant.hostOffset(offset), src);
        copyAround(grant, end, tail);
    }

    /** Zeroes need not be written where nothing was ever written. */
    private boolean isSkipped(ClusterGrant grant, long offset, int bytes) throws IOException {
        return grant.isFresh() && !guest.isEncrypted() && copyOnWrite.readsAsZeroes(offset, bytes);
    }

    private void writeTogether(ClusterGrant grant, long offset, int head, ByteBuffer src, int tail)
            throws IOException {
        long size = metadata.headers.header().size();
        ByteBuffer together = scratch.take();
        try {
            int bytes = src.remaining();
            metadata.file.event(DebugEvent.COW_READ);
            copyOnWrite.read(offset - head, size, together.limit(head));
            together.limit(head + bytes).put(src);
            copyOnWrite.read(offset + bytes, size, together.limit(head + bytes + tail));
            metadata.file.event(DebugEvent.WRITE_AIO);
            guest.write(offset - head, grant.hostOffset(offset - head), together.flip());
        } finally {
            scratch.giveBack(together);
        }
    }

    private void copyAround(ClusterGrant grant, long offset, int bytes) throws IOException {
        if (bytes == 0) {
            return;
        }
        long size = metadata.headers.header().size();
        ByteBuffer part = scratch.take();
        try {
            for (int done = 0; done < bytes; done += part.limit()) {
                part.clear().limit(Math.min(part.capacity(), bytes - done));
                metadata.file.event(DebugEvent.COW_READ);
                copyOnWrite.read(offset + done, size, part);
                metadata.file.event(DebugEvent.COW_WRITE);
                guest.write(offset + done, grant.hostOffset(offset + done), part.flip());
            }
        } finally {
            scratch.giveBack(part);
        }
    }

    /** Writes zeroes as data. */
    void writeZeroData(long offset, long bytes) throws IOException {
        ByteBuffer zeroes = scratch.take();
        try {
            zeroes.limit((int) Math.min(zeroes.capacity(), bytes));
            HostFile.zeroFill(zeroes, zeroes.limit());
            long at = offset;
            while (at < offset + bytes) {
                zeroes.clear().limit((int) Math.min(zeroes.capacity(), offset + bytes - at));
                int now = zeroes.limit();
                write(at, zeroes);
                at += now;
            }
        } finally {
            scratch.giveBack(zeroes);
        }
    }

    /** Tells whether clusters that were never written must not be shown. */
    boolean isEncrypted() {
        return guest.isEncrypted();
    }

    /** Tells whether a range is known to read as zeroes. */
    boolean readsAsZeroes(long guestOffset, long bytes) throws IOException {
        return copyOnWrite.readsAsZeroes(guestOffset, bytes);
    }
}
