// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** Reads the compressed clusters of an image (QEMU's {@code qcow2_co_preadv_compressed}). Thread-safe. */
public final class CompressedClusters {
    private static final AtomicLong IMAGES = new AtomicLong();

    private final long image = IMAGES.incrementAndGet();
    private final HostFile file;
    private final Geometry geometry;
    private final ClusterCodec codec;
    private final IdlePool<ByteBuffer> scratch;
    private volatile long epoch;

    /** The clusters of an image whose file this is. */
    public CompressedClusters(HostFile file, Geometry geometry, ClusterCodec codec) {
        this.file = file;
        this.geometry = geometry;
        this.codec = codec;
        this.scratch = Scratch.of(geometry.clusterBits());
    }

    /** How clusters are compressed. */
    public ClusterCodec codec() {
        return codec;
    }

    /**
     * Reads a part of a cluster.
     *
     * @param guestOffset where it begins
     * @param bits the cluster's L2 entry
     * @param dst receives the part, which ends inside the cluster
     */
    public void read(long guestOffset, long bits, ByteBuffer dst) throws IOException {
        int inside = geometry.offsetInCluster(guestOffset);
        int size = geometry.clusterSize();
        if (inside == 0 && dst.remaining() == size) {
            inflate(guestOffset, bits, dst);
            return;
        }
        long now = epoch;
        byte[] content = InflatedClusters.find(image, now, bits, size);
        if (content == null) {
            content = new byte[size];
            inflate(guestOffset - inside, bits, ByteBuffer.wrap(content));
            InflatedClusters.keep(image, now, bits, content);
        }
        dst.put(content, inside, dst.remaining());
    }

    private void inflate(long guestOffset, long bits, ByteBuffer target) throws IOException {
        L2Entry entry = new L2Entry(bits);
        long host = entry.compressedOffset(geometry);
        ByteBuffer source = scratch.take();
        try {
            source.clear().limit((int) entry.compressedBytes(geometry));
            file.readFrom("compressed cluster", host, source);
            codec.decompress(source.flip(), target);
        } catch (BlockException e) {
            throw new BlockException(e.kind(), "the compressed cluster at guest offset " + Hex.of(guestOffset)
                    + ", host offset " + Hex.of(host) + ": " + e.problem(), e);
        } finally {
            scratch.giveBack(source);
        }
    }

    /** What was inflated so far may be something else from now on: its place was given to another cluster. */
    public void forget() {
        // Only ever called under the metadata lock.
        epoch = epoch + 1;
    }
}
