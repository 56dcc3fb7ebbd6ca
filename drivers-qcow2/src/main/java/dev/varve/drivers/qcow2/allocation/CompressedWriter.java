// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.drivers.qcow2.compression.ClusterCodec;
import dev.varve.drivers.qcow2.compression.CompressedClusters;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.mapping.L2Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Writes clusters compressed (QEMU's {@code qcow2_co_pwritev_compressed_part}). Several threads compress at once; only
 * taking room for the result and changing the mapping is under the metadata lock. Callers are inside the gate.
 */
public final class CompressedWriter {
    private final Metadata metadata;
    private final Geometry geometry;
    private final CompressedClusters compressed;
    private final DataWriter data;
    private final ScratchArrays scratch;

    /** Writes into an image; what does not get shorter is written by {@code data}. */
    public CompressedWriter(Metadata metadata, CompressedClusters compressed, DataWriter data) {
        this.metadata = metadata;
        this.geometry = metadata.geometry;
        this.compressed = compressed;
        this.data = data;
        this.scratch = new ScratchArrays(geometry.clusterSize() + ClusterCodec.SLACK);
    }

    /**
     * Writes the remaining bytes of the buffer.
     *
     * @param offset where the first cluster begins
     * @param src whole clusters; the last one of the disk may be short
     * @throws IOException of kind INVALID_OPTION where these are parts of clusters, of kind IO where a cluster is
     *         allocated already, as only a new one can be compressed
     */
    public void write(long offset, ByteBuffer src) throws IOException {
        long end = offset + src.remaining();
        boolean whole = geometry.offsetInCluster(end) == 0 || end == diskEnd();
        if (geometry.offsetInCluster(offset) != 0 || !whole) {
            throw BlockException.invalidOption("a compressed write of " + src.remaining() + " bytes at "
                    + Hex.of(offset) + ", allowed are whole clusters of " + geometry.clusterSize() + " bytes");
        }
        byte[] room = scratch.take();
        try {
            for (long at = offset; at < end; at += geometry.clusterSize()) {
                writeCluster(at, src, (int) Math.min(geometry.clusterSize(), end - at), room);
            }
        } finally {
            scratch.giveBack(room);
        }
    }

    private long diskEnd() {
        return metadata.headers.header().size() / Resizer.SECTOR * Resizer.SECTOR;
    }

    private void writeCluster(long guestOffset, ByteBuffer src, int bytes, byte[] room) throws IOException {
        int size = geometry.clusterSize();
        src.get(src.position(), room, 0, bytes);
        Arrays.fill(room, bytes, size, (byte) 0);
        byte[] packed = scratch.take();
        try {
            int length = compressed.codec().compress(room, size, packed, size - 1);
            if (length < 0) {
                int limit = src.limit();
                data.write(guestOffset, src.limit(src.position() + bytes));
                src.limit(limit);
            } else {
                store(guestOffset, ByteBuffer.wrap(packed, 0, length));
                src.position(src.position() + bytes);
            }
        } finally {
            scratch.giveBack(packed);
        }
    }

    private void store(long guestOffset, ByteBuffer packed) throws IOException {
        int length = packed.remaining();
        long cluster = geometry.clusterOf(guestOffset);
        long host = take(guestOffset, length);
        boolean done = false;
        try {
            metadata.file.child().write(host, packed, RequestFlags.NONE);
            done = true;
        } finally {
            finish(guestOffset, cluster, host, length, done);
        }
        metadata.limitDirty();
    }

    private long take(long guestOffset, int length) throws IOException {
        long cluster = geometry.clusterOf(guestOffset);
        metadata.lock.lock();
        try {
            metadata.poison.check();
            metadata.inFlight.await(cluster, cluster + 1);
            if (L2Entry.kindOf(metadata.map.bits(guestOffset)).isAllocated()) {
                throw new BlockException(ErrorKind.IO, "the cluster at guest offset " + Hex.of(guestOffset)
                        + " is allocated already, only a new one can be compressed");
            }
            metadata.ownTable(geometry.l1Index(guestOffset));
            long host = metadata.allocator().allocateBytes(length);
            compressed.forget();
            metadata.inFlight.begin(cluster, cluster + 1);
            return host;
        } finally {
            metadata.lock.unlock();
        }
    }

    private void finish(long guestOffset, long cluster, long host, int length, boolean written) throws IOException {
        metadata.lock.lock();
        boolean linked = false;
        try {
            if (written) {
                metadata.poison.check();
                L2Slice slice = metadata.map.cache().forUpdate(metadata.map.sliceOf(guestOffset));
                int index = metadata.map.indexInSlice(guestOffset);
                slice.set(index, L2Entry.compressed(host, length, geometry).bits());
                linked = true;
            }
        } finally {
            if (!linked) {
                takeBack(host, length);
            }
            metadata.inFlight.finish(cluster);
            metadata.lock.unlock();
        }
    }

    private void takeBack(long host, int length) {
        if (!metadata.poison.isPoisoned()) {
            try {
                metadata.allocator().releaseBytes(host, length);
            } catch (IOException e) {
                metadata.poison.set(e);
            }
        }
    }
}
