// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.DebugEvent;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Places for tables beside the mapping, and the switch of the header from old ones to new ones. Everything here is done
 * inside {@link Metadata#whileQuiet}.
 *
 * <p>Order: new tables are written into clusters that were free; they and their refcounts are durable before the header
 * names them; what the old header named is freed after the new one is durable. A power cut leaves the old tables or the
 * new ones, and at worst leaks.
 */
public final class TableSpace {
    private static final int PIECE = 1 << 20;

    private final Metadata metadata;
    private final Geometry geometry;

    /** Of an image that is open for writing. */
    public TableSpace(Metadata metadata) {
        this.metadata = metadata;
        this.geometry = metadata.geometry;
    }

    /**
     * Writes a table into clusters of its own that follow each other; what is behind it in the last one is void.
     *
     * @param table the remaining bytes
     * @return where it begins; 0 for an empty table
     */
    public long store(ByteBuffer table) throws IOException {
        int clusters = (int) geometry.clustersFor(table.remaining());
        if (clusters == 0) {
            return 0;
        }
        long offset = metadata.allocator().allocateContiguous(clusters).offset();
        try {
            write(offset, table);
        } catch (IOException e) {
            takeBack(offset, clusters);
            throw e;
        }
        return offset;
    }

    private void write(long offset, ByteBuffer table) throws IOException {
        for (int at = 0; at < table.remaining(); at += PIECE) {
            ByteBuffer piece = table.slice(table.position() + at, Math.min(PIECE, table.remaining() - at));
            metadata.file.child().write(offset + at, piece, RequestFlags.NONE);
        }
    }

    private void takeBack(long offset, int clusters) {
        if (isBroken()) {
            return;
        }
        try {
            metadata.allocator().release(offset, clusters);
        } catch (IOException e) {
            metadata.poison.set(e);
        }
    }

    /** Tells whether it is not known which header the file has: then nothing may be taken back. */
    public boolean isBroken() {
        return metadata.poison.isPoisoned();
    }

    /** Gives back what {@link #store} took and no header ever named. */
    public void takeBack(long offset, long bytes) {
        takeBack(offset, (int) geometry.clustersFor(bytes));
    }

    /**
     * Frees clusters that no durable header leads to any more.
     *
     * @param offset where they begin
     * @param bytes of the table, at least 0
     * @param ofSnapshot whether a snapshot gave them up
     */
    public void free(long offset, long bytes, boolean ofSnapshot) throws IOException {
        if (bytes > 0) {
            metadata.file.child().debugEvent(DebugEvent.CLUSTER_FREE);
            metadata.releaseNow(new PendingFrees.Free(offset, geometry.offsetOf(geometry.clustersFor(bytes)),
                    ofSnapshot ? PendingFrees.Reason.SNAPSHOT : PendingFrees.Reason.OTHER));
        }
    }

    /** Makes durable what was written so far, refcounts included. */
    public void settle() throws IOException {
        metadata.writeBack();
    }

    /** Switches to a header that differs in fields which change in place. */
    public void update(Header changed) throws IOException {
        settle();
        try {
            metadata.headers.update(changed);
        } catch (IOException e) {
            metadata.poison.set(e);
            throw e;
        }
    }

    /** Switches to a header with other extensions. */
    public void replace(Header changed) throws IOException {
        settle();
        try {
            metadata.headers.replace(changed);
        } catch (IOException e) {
            metadata.poison.set(e);
            throw e;
        }
    }

    /** Puts other bytes in the place of a part of a table, which must be good with any mixture of its sectors. */
    public void overwrite(long offset, ByteBuffer src) throws IOException {
        metadata.file.child().write(offset, src, RequestFlags.NONE);
    }

    /** The mapping is another one: the header's L1 table is read again, and all L2 tables. */
    public void forgetMapping() {
        metadata.map.forget(metadata.headers.header().tables());
    }
}
