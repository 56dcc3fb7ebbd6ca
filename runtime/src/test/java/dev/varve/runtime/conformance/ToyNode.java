// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.conformance;

import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A node of a {@link ToyFormat}. Keeps writes in memory until it is flushed or closed. */
final class ToyNode extends ImageNode {
    private static final int BLOCK = 4096;

    private final BlockChild file;
    private final long size;
    private final Fault fault;
    private final TreeMap<Long, byte[]> cache = new TreeMap<>();
    private final List<ByteBuffer> leaked = new ArrayList<>();
    private ByteBuffer kept;
    private long keptOffset;

    ToyNode(BlockChild file, long size, Fault fault) {
        this.file = file;
        this.size = size;
        this.fault = fault;
    }

    private boolean has(Fault one) {
        return fault == one;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public ImageInfo info() {
        return ImageInfo.plain("", has(Fault.TELLS_A_WRONG_SIZE) ? size / BLOCK * BLOCK : size);
    }

    @Override
    public synchronized void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        writeKept();
        if (has(Fault.WRITES_WHILE_READ_ONLY)) {
            file.write(0, ByteBuffer.wrap(block(0), 0, 1), RequestFlags.NONE);
        }
        if (has(Fault.READS_WHOLE_BLOCKS_PAST_THE_END)) {
            long end = (offset + dst.remaining() + BLOCK - 1) / BLOCK * BLOCK;
            file.read(ToyFormat.HEADER + end - 1, ByteBuffer.allocate(1), RequestFlags.NONE);
        }
        int position = dst.position();
        long done = offset;
        while (dst.hasRemaining()) {
            int inBlock = (int) (done % BLOCK);
            int run = Math.min(dst.remaining(), BLOCK - inBlock);
            dst.put(block(done / BLOCK), inBlock, run);
            done += run;
        }
        if (has(Fault.FORGETS_THE_POSITION_OF_READS)) {
            dst.position(position);
        }
    }

    private byte[] block(long index) throws IOException {
        byte[] cached = cache.get(index);
        if (cached != null) {
            return cached;
        }
        byte[] block = new byte[BLOCK];
        int there = (int) Math.min(BLOCK, size - index * BLOCK);
        file.read(ToyFormat.HEADER + index * BLOCK, ByteBuffer.wrap(block, 0, there), RequestFlags.NONE);
        return block;
    }

    @Override
    public SupportedFlags supportedFlags() {
        return has(Fault.CLAIMS_FUA_AND_IGNORES_IT) ? new SupportedFlags(RequestFlags.FUA, RequestFlags.FUA)
                : SupportedFlags.NONE;
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        if (has(Fault.LEAKS_BUFFERS)) {
            leaked.add(ByteBuffer.allocateDirect(src.remaining()));
        }
        if (has(Fault.KEEPS_THE_CALLERS_BUFFER)) {
            synchronized (this) {
                writeKept();
                kept = src.duplicate();
                keptOffset = offset;
                src.position(src.limit());
            }
            return;
        }
        if (has(Fault.ENCODES_IN_THE_CALLERS_BUFFER) && !src.isReadOnly()) {
            for (int i = src.position(); i < src.limit(); i++) {
                src.put(i, (byte) ~src.get(i));
            }
        }
        if (has(Fault.WANTS_AN_ARRAY_BEHIND_THE_BUFFER)) {
            put(offset, ByteBuffer.wrap(src.array(), src.position(), src.remaining()));
            src.position(src.limit());
        } else if (has(Fault.REWRITES_NEIGHBOURS)) {
            rewrite(offset, src);
        } else {
            put(offset, src);
        }
    }

    /** Reads whole blocks, changes them and writes them, without a lock. */
    private void rewrite(long offset, ByteBuffer src) throws IOException {
        long from = offset / BLOCK * BLOCK;
        long to = Math.min(size, (offset + src.remaining() + BLOCK - 1) / BLOCK * BLOCK);
        ByteBuffer whole = ByteBuffer.allocate((int) (to - from));
        read(from, whole, RequestFlags.NONE);
        Thread.yield();
        whole.position((int) (offset - from)).put(src);
        put(from, whole.clear());
    }

    private synchronized void writeKept() throws IOException {
        if (kept != null) {
            put(keptOffset, kept);
            kept = null;
        }
    }

    private synchronized void put(long offset, ByteBuffer src) throws IOException {
        long done = offset;
        while (src.hasRemaining()) {
            int inBlock = (int) (done % BLOCK);
            int run = Math.min(src.remaining(), BLOCK - inBlock);
            byte[] block = block(done / BLOCK);
            src.get(block, inBlock, run);
            cache.put(done / BLOCK, block);
            done += run;
        }
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        zero(offset, bytes, has(Fault.ROUNDS_ZEROES_OUTWARD));
    }

    @Override
    public void discard(long offset, long bytes) throws IOException {
        zero(offset, bytes, has(Fault.ROUNDS_DISCARDS_OUTWARD));
    }

    private void zero(long offset, long bytes, boolean outward) throws IOException {
        long from = outward ? offset / 512 * 512 : offset;
        long to = outward ? Math.min(size, (offset + bytes + 511) / 512 * 512) : offset + bytes;
        put(from, ByteBuffer.allocate((int) (to - from)));
    }

    @Override
    public void flush() throws IOException {
        if (has(Fault.FORGETS_WRITES_THAT_MEET_A_FLUSH)) {
            flushBesideWrites();
        } else {
            flushAlone();
        }
    }

    /** Writes back what was there when it began, without the lock, and then lets go of all. */
    private void flushBesideWrites() throws IOException {
        TreeMap<Long, byte[]> snapshot;
        synchronized (this) {
            snapshot = new TreeMap<>(cache);
        }
        for (Map.Entry<Long, byte[]> block : snapshot.entrySet()) {
            int there = (int) Math.min(BLOCK, size - block.getKey() * BLOCK);
            file.write(ToyFormat.HEADER + block.getKey() * BLOCK, ByteBuffer.wrap(block.getValue(), 0, there),
                    RequestFlags.NONE);
        }
        file.flush();
        synchronized (this) {
            cache.clear();
        }
    }

    private synchronized void flushAlone() throws IOException {
        writeKept();
        if (has(Fault.DROPS_FLUSHES)) {
            return;
        }
        if (has(Fault.FLUSHES_BEFORE_IT_WRITES)) {
            file.flush();
            writeBack();
            return;
        }
        if (has(Fault.FORGETS_ITS_CACHE)) {
            cache.clear();
        }
        writeBack();
        file.flush();
    }

    private void writeBack() throws IOException {
        while (!cache.isEmpty()) {
            long index = cache.firstKey();
            int there = (int) Math.min(BLOCK, size - index * BLOCK);
            ByteBuffer data = ByteBuffer.wrap(cache.get(index), 0, there);
            try {
                file.write(ToyFormat.HEADER + index * BLOCK, data, RequestFlags.NONE);
            } catch (IOException e) {
                if (has(Fault.LOSES_A_FAILED_WRITE_BACK)) {
                    cache.remove(index);
                }
                if (!has(Fault.SWALLOWS_FAILED_WRITES)) {
                    throw e;
                }
            }
            cache.remove(index);
        }
    }

    @Override
    public synchronized BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
        long run = Math.min(bytes, BLOCK - offset % BLOCK);
        boolean cached = cache.containsKey(offset / BLOCK);
        long told = has(Fault.TELLS_MORE_THAN_WAS_ASKED) ? BLOCK - offset % BLOCK : run;
        if (has(Fault.TELLS_NOTHING_TO_BE_ALLOCATED)) {
            return new BlockStatus.Unallocated(told);
        }
        long header = has(Fault.TELLS_STORAGE_WITHOUT_THE_HEADER) ? 0 : ToyFormat.HEADER;
        BlockStatus.Storage storage = new BlockStatus.Storage(Optional.of(file), header + offset);
        boolean zeroes = has(Fault.TELLS_DATA_TO_BE_ZEROES);
        return new BlockStatus.Data(told, cached ? Optional.empty() : Optional.of(storage), zeroes);
    }

    @Override
    public synchronized void close() throws IOException {
        writeBack();
    }
}
