// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.RequestFlags;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.RefcountWidth;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes all refcounts anew with another width, behind everything in use, and lets the header name them with that
 * width in one write (QEMU's {@code qcow2_change_refcount_order}). The old structures are free then, as the new
 * refcounts say. A power cut before leaves the image as it was.
 */
public final class RefcountWidthChange {
    private final Metadata metadata;
    private final Refcounts old;
    private final Geometry before;
    private final Geometry after;
    /** The indexes of blocks with something in them; then those that count the new structures too. */
    private final List<Integer> blocks = new ArrayList<>();

    /** Of an image with a clean state in memory that nobody else uses; not usable afterwards. */
    public RefcountWidthChange(Metadata metadata, int order) {
        this.metadata = metadata;
        this.old = metadata.refcounts();
        this.before = metadata.geometry;
        this.after = new Geometry(before.version(), before.clusterBits(), order, before.extendedL2(),
                before.dataFile());
    }

    /**
     * Makes the change.
     *
     * @throws IOException of kind UNSUPPORTED where a refcount does not fit; the image is as it was
     */
    public void run() throws IOException {
        long clusters = (long) old.tableEntries() << before.refcountBlockBits();
        long end = old.lastUsed(clusters - 1) + 1;
        checkCounts(end);
        long start = Math.max(end, before.clustersFor(metadata.file.size()));
        int tableClusters = placeBlocks(start, end);
        long[] table = new long[(int) (after.offsetOf(tableClusters) / Long.BYTES)];
        for (int i = 0; i < blocks.size(); i++) {
            table[blocks.get(i)] = after.offsetOf(start + i);
        }
        long newEnd = start + blocks.size() + tableClusters;
        for (int index : blocks) {
            writeBlock(index, table[index], start, newEnd, end);
        }
        ByteBuffer words = ByteBuffer.allocate((int) after.offsetOf(tableClusters));
        words.asLongBuffer().put(table);
        long offset = after.offsetOf(start + blocks.size());
        metadata.file.child().write(offset, words, RequestFlags.NONE);
        Header header = metadata.headers.header();
        Tables tables = header.tables().withRefcountTable(offset, tableClusters);
        metadata.headers.update(new Header(after, header.size(), header.cryptMethod(), header.features(), tables,
                header.additional(), header.extensions(), header.backing()));
    }

    private void checkCounts(long end) throws IOException {
        long most = after.refcountWidth().max();
        for (long cluster = old.nextUsed(0, end); cluster < end; cluster = old.nextUsed(cluster + 1, end)) {
            long count = old.count(cluster);
            if (Long.compareUnsigned(count, most) > 0) {
                throw BlockException.unsupported("Cannot decrease refcount entry width to "
                        + (1 << after.refcountOrder()) + " bits: Cluster at offset "
                        + Hex.alternate(before.offsetOf(cluster)) + " has a refcount of "
                        + Long.toUnsignedString(count));
            }
        }
    }

    /** Returns the clusters of the table. */
    private int placeBlocks(long start, long end) throws IOException {
        int step = after.refcountBlockEntries();
        for (long first = 0; first < end; first += step) {
            if (old.nextUsed(first, Math.min(end, first + step)) < Math.min(end, first + step)) {
                blocks.add((int) after.refcountTableIndex(first));
            }
        }
        int tableClusters = 1;
        while (true) {
            long newEnd = start + blocks.size() + tableClusters;
            int last = (int) after.refcountTableIndex(newEnd - 1);
            int wanted = (int) after.clustersFor((last + 1L) * Long.BYTES);
            boolean complete = wanted <= tableClusters;
            tableClusters = Math.max(tableClusters, wanted);
            for (int index = (int) after.refcountTableIndex(start); index <= last; index++) {
                if (!blocks.contains(index)) {
                    blocks.add(index);
                    complete = false;
                }
            }
            if (complete) {
                break;
            }
        }
        if (after.offsetOf(tableClusters) > Tables.MAX_REFCOUNT_TABLE_BYTES) {
            throw BlockException.unsupported("Cannot increase refcount entry width: the refcount table would need "
                    + after.offsetOf(tableClusters) + " bytes, allowed are " + Tables.MAX_REFCOUNT_TABLE_BYTES);
        }
        return tableClusters;
    }

    private void writeBlock(int index, long offset, long start, long newEnd, long end) throws IOException {
        RefcountWidth width = after.refcountWidth();
        ByteBuffer block = ByteBuffer.allocate(after.clusterSize());
        long first = (long) index << after.refcountBlockBits();
        long behind = first + after.refcountBlockEntries();
        long stop = Math.min(end, behind);
        for (long cluster = old.nextUsed(first, stop); cluster < stop; cluster = old.nextUsed(cluster + 1, stop)) {
            width.write(block, (int) (cluster - first), kept(cluster));
        }
        for (long cluster = Math.max(first, start); cluster < Math.min(behind, newEnd); cluster++) {
            width.write(block, (int) (cluster - first), 1);
        }
        metadata.file.child().write(offset, block, RequestFlags.NONE);
    }

    /** The old structures lose the reference that the header has to them. */
    private long kept(long cluster) throws IOException {
        Tables tables = metadata.headers.header().tables();
        long table = before.clusterOf(tables.refcountTableOffset());
        boolean gone = cluster >= table && cluster < table + tables.refcountTableClusters() || isBlock(cluster);
        return old.count(cluster) - (gone ? 1 : 0);
    }

    private long[] oldBlocks = {};

    private boolean isBlock(long cluster) throws IOException {
        if (oldBlocks.length == 0) {
            long[] found = new long[old.tableEntries()];
            int count = 0;
            for (int index = 0; index < found.length; index++) {
                if (old.hasBlock(index)) {
                    found[count++] = before.clusterOf(old.blockOffset(index));
                }
            }
            oldBlocks = Arrays.copyOf(found, count);
            Arrays.sort(oldBlocks);
        }
        return Arrays.binarySearch(oldBlocks, cluster) >= 0;
    }
}
