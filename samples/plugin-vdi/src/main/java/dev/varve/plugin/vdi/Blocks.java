// SPDX-License-Identifier: Apache-2.0
package dev.varve.plugin.vdi;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which block of the file holds which block of the disk, and the giving out of new ones. Any thread may call.
 */
final class Blocks {
    /*
     * The order of writes. A block's data goes to the file at once; the header's count of blocks and the map's entry
     * are kept in memory until a flush, which does this:
     *
     * 1. flush: the data of new blocks is on stable storage before anything refers to it;
     * 2. write the header with the larger count, flush;
     * 3. write the map's sectors, flush.
     *
     * QEMU takes the count for the number of the next free block, so a count that is too small would let it give out
     * a block that is in use. Written before the map it can only be too large, where the power fails between 2 and 3:
     * blocks that nothing refers to, which a check tells as leaked and which are the next to be given out here. The
     * count is not relied on: what is in use is read from the map before the first write.
     *
     * A block that is given out is written as a whole, with zeroes around the data, since a block behind the last one
     * in use may hold what was written to it before a power cut.
     *
     * Growing the disk writes the new entries of the map, flushes, and only then the header that makes them count.
     */
    private static final RequestFlags SPARSE = RequestFlags.MAY_UNMAP;

    private final BlockChild file;
    private final BlockMap map;
    private final ByteBuffer sector;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile VdiHeader header;
    private volatile @Nullable Throwable failure;
    // The blocks of the file that are in use; null until somebody writes.
    private volatile @Nullable BitSet used;

    /**
     * The blocks of an image.
     *
     * @param file the image
     * @param sector its first sector; kept
     * @param header what it says
     */
    Blocks(BlockChild file, ByteBuffer sector, VdiHeader header) {
        this.file = file;
        this.sector = sector;
        this.header = header;
        this.map = new BlockMap(file, header);
    }

    VdiHeader header() {
        return header;
    }

    /**
     * Where a block of the disk lies.
     *
     * @return an offset in the file; negative where it is not allocated and reads as zeroes
     * @throws BlockException of kind CORRUPT where the map names a block that the image cannot have
     */
    long find(long block) throws IOException {
        VdiHeader now = header;
        int entry = map.entry(block, now.blocks());
        if (!BlockMap.isAllocated(entry)) {
            return -1;
        }
        long number = Integer.toUnsignedLong(entry);
        if (number >= now.blocks()) {
            throw BlockException.corrupt("block index " + block + " too large, is " + number + ", allowed is 0 to "
                    + (now.blocks() - 1));
        }
        return place(now, number);
    }

    private static long place(VdiHeader header, long number) {
        return header.dataOffset() + number * VdiHeader.BLOCK;
    }

    /** Before anything is written: the map is sound, and no metadata was lost. */
    void checkWritable() throws IOException {
        Throwable first = failure;
        if (first != null) {
            throw new BlockException(ErrorKind.POISONED, "an earlier metadata write failed (" + first.getMessage()
                    + "); the image must be reopened before it can be written", first);
        }
        if (used == null) {
            lock.lock();
            try {
                inUse();
            } finally {
                lock.unlock();
            }
        }
    }

    private BitSet inUse() throws IOException {
        BitSet known = used;
        if (known != null) {
            return known;
        }
        BitSet found = new BitSet();
        long blocks = header.blocks();
        map.scan(blocks, (block, entry) -> {
            if (BlockMap.isAllocated(entry)) {
                if (Integer.compareUnsigned(entry, (int) blocks) >= 0 || found.get(entry)) {
                    throw BlockException.corrupt("block index " + block + " of the block map is "
                            + Integer.toUnsignedString(entry) + ", which is too large or used twice; the image "
                            + "cannot be written");
                }
                found.set(entry);
            }
        });
        used = found;
        return found;
    }

    /**
     * Writes into a block that was not allocated when somebody looked; if it is now, nothing happens.
     *
     * @param block of the disk
     * @param within where the data begins in the block
     * @param data ends inside the block; consumed where the block was given out
     * @return false where the block is allocated
     */
    boolean writeNew(long block, int within, ByteBuffer data) throws IOException {
        lock.lock();
        try {
            if (find(block) >= 0) {
                return false;
            }
            BitSet all = inUse();
            int number = all.nextClearBit(0);
            VdiHeader now = header;
            if (number >= now.blocks()) {
                throw BlockException.corrupt("all " + now.blocks() + " blocks are in use, though block " + block
                        + " has none");
            }
            long at = place(now, number);
            int end = within + data.remaining();
            if (within > 0) {
                file.writeZeroes(at, within, SPARSE);
            }
            file.write(at + within, data, RequestFlags.NONE);
            if (end < VdiHeader.BLOCK) {
                file.writeZeroes(at + end, VdiHeader.BLOCK - end, SPARSE);
            }
            all.set(number);
            map.set(block, number);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Everything that was written is on stable storage; see the order above. */
    void flush() throws IOException {
        lock.lock();
        try {
            if (failure != null) {
                checkWritable();
            }
            file.flush();
            if (map.isDirty()) {
                writeMetadata();
            }
        } finally {
            lock.unlock();
        }
    }

    private void writeMetadata() throws IOException {
        try {
            long count = inUse().length();
            if (count != header.allocated()) {
                writeHeader(header.withAllocated(count));
            }
            map.writeBack(header.blocks());
            file.flush();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private void writeHeader(VdiHeader changed) throws IOException {
        changed.putInto(sector);
        file.write(0, sector.duplicate().clear(), RequestFlags.NONE);
        file.flush();
        header = changed;
    }

    /** Releases nothing; writes what is left, unless that cannot be done any more. */
    void close() throws IOException {
        if (failure == null && map.isDirty()) {
            flush();
        }
    }

    /**
     * Makes the disk larger.
     *
     * @param size a multiple of 512, larger than the disk
     * @throws BlockException of kind UNSUPPORTED where the map has no room; nothing has changed then
     */
    void grow(long size) throws IOException {
        lock.lock();
        try {
            checkWritable();
            VdiHeader now = header;
            long blocks = Math.ceilDiv(size, VdiHeader.BLOCK);
            if (blocks > now.room()) {
                throw BlockException.unsupported("the block map of this VDI image has no room for " + size
                        + " bytes, allowed is " + now.size() + " to " + now.room() * VdiHeader.BLOCK);
            }
            flush();
            clearTail(now);
            addEntries(now, blocks);
            replaceHeader(now.withSize(size, Math.max(blocks, now.blocks())));
        } finally {
            lock.unlock();
        }
    }

    /** What lies behind the disk in its last block becomes a part of it. */
    private void clearTail(VdiHeader now) throws IOException {
        int within = (int) (now.size() % VdiHeader.BLOCK);
        long at = within == 0 ? -1 : find(now.size() / VdiHeader.BLOCK);
        if (at >= 0) {
            file.writeZeroes(at + within, VdiHeader.BLOCK - within, SPARSE);
        }
    }

    private void addEntries(VdiHeader now, long blocks) throws IOException {
        long from = now.blocks();
        while (from < blocks) {
            int run = (int) Math.min(blocks - from, VdiHeader.BLOCK / Integer.BYTES);
            ByteBuffer entries = ByteBuffer.allocate(run * Integer.BYTES);
            while (entries.hasRemaining()) {
                entries.putInt(BlockMap.UNALLOCATED);
            }
            file.write(now.mapOffset() + from * Integer.BYTES, entries.flip(), RequestFlags.NONE);
            from += run;
        }
        file.flush();
    }

    /** Shows each entry of the map as it is now. */
    void scan(BlockMap.Visitor visitor) throws IOException {
        map.scan(header.blocks(), visitor);
    }

    /** The count that the header has, or will have when what is in memory was written. */
    long count() throws IOException {
        lock.lock();
        try {
            return map.isDirty() ? inUse().length() : header.allocated();
        } finally {
            lock.unlock();
        }
    }

    /** Sets the header's count to what the map says. */
    void mendCount() throws IOException {
        lock.lock();
        try {
            checkWritable();
            flush();
            long count = inUse().length();
            if (count != header.allocated()) {
                replaceHeader(header.withAllocated(count));
            }
        } finally {
            lock.unlock();
        }
    }

    private void replaceHeader(VdiHeader changed) throws IOException {
        try {
            writeHeader(changed);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }
}
