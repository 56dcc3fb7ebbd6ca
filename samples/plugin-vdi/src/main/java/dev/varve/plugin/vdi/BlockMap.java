// SPDX-License-Identifier: Apache-2.0
package dev.varve.plugin.vdi;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The block map: for each block of the disk the number of the block in the file that holds it. Pages of it are read
 * when they are first asked for, and stay. Any thread may look up; changes are made by one at a time.
 */
final class BlockMap {
    /** Never written: reads as zeroes. */
    static final int UNALLOCATED = 0xffffffff;
    /** Given back: reads as zeroes. */
    static final int DISCARDED = 0xfffffffe;

    private static final int PAGE = 8192;
    private static final int IN_SECTOR = VdiHeader.SECTOR / Integer.BYTES;
    private static final VarHandle ENTRIES = MethodHandles.arrayElementVarHandle(int[].class);

    private final BlockChild file;
    private final long offset;
    private final AtomicReferenceArray<int[]> pages;
    // Sectors of the map that differ from the file's.
    private final BitSet dirty = new BitSet();

    /**
     * The map of an image.
     *
     * @param file the image
     * @param header says where the map is; it may grow to its room
     */
    BlockMap(BlockChild file, VdiHeader header) {
        this.file = file;
        this.offset = header.mapOffset();
        this.pages = new AtomicReferenceArray<>((int) Math.ceilDiv(Math.max(header.room(), header.blocks()), PAGE));
    }

    static boolean isAllocated(int entry) {
        return Integer.compareUnsigned(entry, DISCARDED) < 0;
    }

    /** The entry of a block; which of them mean something, the caller knows. */
    int entry(long block, long blocks) throws IOException {
        int[] page = pages.get((int) (block / PAGE));
        if (page == null) {
            page = load((int) (block / PAGE), blocks);
        }
        return (int) ENTRIES.getAcquire(page, (int) (block % PAGE));
    }

    private synchronized int[] load(int number, long blocks) throws IOException {
        int[] known = pages.get(number);
        if (known != null) {
            return known;
        }
        int[] page = fromFile(number, blocks);
        pages.set(number, page);
        return page;
    }

    private int[] fromFile(int number, long blocks) throws IOException {
        int[] page = new int[PAGE];
        Arrays.fill(page, UNALLOCATED);
        long first = (long) number * PAGE;
        int there = Math.clamp(blocks - first, 0, PAGE);
        if (there > 0) {
            ByteBuffer bytes = ByteBuffer.allocate(there * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.read(offset + first * Integer.BYTES, bytes, RequestFlags.NONE);
            bytes.flip().asIntBuffer().get(page, 0, there);
        }
        return page;
    }

    /** Changes an entry that was looked up before, in memory. What it names can be read already. */
    void set(long block, int entry) {
        int[] page = pages.get((int) (block / PAGE));
        dirty.set((int) (block / IN_SECTOR));
        ENTRIES.setRelease(page, (int) (block % PAGE), entry);
    }

    boolean isDirty() {
        return !dirty.isEmpty();
    }

    /** Writes the sectors that were changed. */
    void writeBack(long blocks) throws IOException {
        for (int from = dirty.nextSetBit(0); from >= 0; from = dirty.nextSetBit(from)) {
            int pageEnd = (from * IN_SECTOR / PAGE + 1) * (PAGE / IN_SECTOR);
            int to = Math.min(dirty.nextClearBit(from), pageEnd);
            write((long) from * IN_SECTOR, Math.min((long) to * IN_SECTOR, blocks));
            dirty.clear(from, to);
        }
    }

    /** Writes entries of one page. */
    private void write(long from, long to) throws IOException {
        int[] page = pages.get((int) (from / PAGE));
        ByteBuffer bytes = ByteBuffer.allocate((int) (to - from) * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long block = from; block < to; block++) {
            bytes.putInt(page[(int) (block % PAGE)]);
        }
        file.write(offset + from * Integer.BYTES, bytes.flip(), RequestFlags.NONE);
    }

    /** Sees each entry. */
    @FunctionalInterface
    interface Visitor {
        void visit(long block, int entry) throws IOException;
    }

    /** Shows all entries, and keeps none that was not kept before. */
    void scan(long blocks, Visitor visitor) throws IOException {
        for (int number = 0; (long) number * PAGE < blocks; number++) {
            int[] kept = pages.get(number);
            int[] page = kept == null ? fromFile(number, blocks) : kept;
            long first = (long) number * PAGE;
            for (int i = 0; i < PAGE && first + i < blocks; i++) {
                visitor.visit(first + i, (int) ENTRIES.getAcquire(page, i));
            }
        }
    }
}
