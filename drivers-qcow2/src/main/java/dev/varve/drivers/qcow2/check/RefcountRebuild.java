// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.RefcountWidth;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Makes a new refcount table with new blocks from the references that were counted, in clusters that nothing refers
 * to (QEMU's {@code rebuild_refcount_structure}). The old structures stay as they are until the header names the new
 * ones; they are leaks afterwards.
 */
final class RefcountRebuild {
    private final References references;
    private final ImageBytes bytes;
    private final Geometry geometry;
    private long[] table = new long[0];
    private long firstFree;

    RefcountRebuild(References references, ImageBytes bytes, Geometry geometry) {
        this.references = references;
        this.bytes = bytes;
        this.geometry = geometry;
    }

    /** Writes the new structures and lets the header name them. */
    void run(HeaderStore headers) throws CheckStopped, IOException {
        boolean longer = placeBlocks(0, references.clusters());
        long first = 0;
        int clusters = 0;
        while (longer) {
            clusters = (int) geometry.clustersFor((long) table.length * Long.BYTES);
            first = references.allocate(0, clusters);
            longer = placeBlocks(first, first + clusters);
        }
        long tableBytes = geometry.offsetOf(clusters);
        if (tableBytes > Tables.MAX_REFCOUNT_TABLE_BYTES) {
            throw new CheckStopped("ERROR: a new refcount table would need " + tableBytes + " bytes, allowed are "
                    + Tables.MAX_REFCOUNT_TABLE_BYTES);
        }
        write(geometry.offsetOf(first), tableBytes);
        Header header = headers.header();
        headers.update(header.withTables(header.tables().withRefcountTable(geometry.offsetOf(first), clusters)));
    }

    /** Finds room for the blocks of a range; true where the table became longer. */
    private boolean placeBlocks(long from, long to) throws CheckStopped {
        boolean longer = false;
        long end = to;
        for (long cluster = from; cluster < end; cluster++) {
            if (references.counts().at(cluster) == 0) {
                continue;
            }
            int index = (int) geometry.refcountTableIndex(cluster);
            if (index >= table.length) {
                longer = true;
                long wanted = geometry.clustersFor((index + 1L) * Long.BYTES);
                table = Arrays.copyOf(table, (int) (geometry.offsetOf(wanted) / Long.BYTES));
            }
            long start = (long) index << geometry.refcountBlockBits();
            if (table[index] == 0) {
                long block = references.allocate(Math.max(firstFree, start), 1);
                firstFree = block + 1;
                table[index] = geometry.offsetOf(block);
                end = Math.max(end, block + 1);
            }
            cluster = start + geometry.refcountBlockEntries() - 1;
        }
        return longer;
    }

    private void write(long tableOffset, long tableBytes) throws IOException {
        for (int index = 0; index < table.length; index++) {
            if (table[index] != 0) {
                bytes.write(table[index], block(index));
            }
        }
        ByteBuffer words = ByteBuffer.allocate((int) tableBytes);
        words.asLongBuffer().put(table);
        bytes.write(tableOffset, words);
        bytes.flush();
    }

    private ByteBuffer block(int index) {
        ByteBuffer block = ByteBuffer.allocate(geometry.clusterSize());
        RefcountWidth width = geometry.refcountWidth();
        long first = (long) index << geometry.refcountBlockBits();
        long end = Math.min(references.clusters(), first + geometry.refcountBlockEntries());
        for (long cluster = first; cluster < end; cluster++) {
            long count = references.counts().at(cluster);
            if (count != 0) {
                width.write(block, (int) (cluster - first), count);
            }
        }
        return block;
    }
}
