// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.convert;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.Allocation;
import dev.varve.api.graph.BlockBackend;
import dev.varve.cli.disk.PageBuffers;
import dev.varve.cli.text.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Copies into an overlay what its new backing file would show otherwise than the old one (QEMU's {@code img_rebase}).
 * The disk reads the same at any time.
 */
public final class RebaseCopy {
    private static final int CHUNK = 2 << 20;
    private static final int SECTOR = 512;

    private final BlockBackend overlay;
    private final long oldSize;
    private final Optional<BlockBackend> replacement;
    private final Optional<NodeName> common;
    private final int unit;
    private final RequestFlags flags;
    private final Progress progress;
    private final ByteBuffer oldBytes = PageBuffers.allocate(CHUNK);
    private final ByteBuffer newBytes = PageBuffers.allocate(CHUNK);

    /**
     * A copy of differences.
     *
     * @param overlay the disk, writable, above its old backing file
     * @param oldSize the size of the old backing file, 0 where there is none
     * @param replacement the new backing file; empty for none
     * @param common the layer of the old chain that is the new backing file, if one is: below it nothing differs
     * @param cluster writes whole clusters of this size, compressed; 0 to write what differs as it is
     * @param progress is told of each part
     */
    public RebaseCopy(BlockBackend overlay, long oldSize, Optional<BlockBackend> replacement,
            Optional<NodeName> common, int cluster, Progress progress) {
        this.overlay = overlay;
        this.oldSize = oldSize;
        this.replacement = replacement;
        this.common = common;
        this.unit = cluster == 0 ? SECTOR : cluster;
        this.flags = cluster == 0 ? RequestFlags.NONE : RequestFlags.COMPRESSED;
        this.progress = progress;
    }

    /**
     * Copies.
     *
     * @throws IOException the first failure; the disk still reads the same
     */
    public void run() throws IOException {
        long size = overlay.size();
        long newSize = replacement.isPresent() ? replacement.get().size() : 0;
        for (long at = 0; at < size;) {
            long most = Math.min(CHUNK - at % unit, size - at);
            Allocation own = overlay.isAllocated(at, most);
            long bytes = own.bytes();
            boolean same = own.allocated();
            if (!same && common.isPresent()) {
                Allocation above = overlay.isAllocatedAbove(common.get(), false, at, bytes);
                bytes = above.bytes();
                same = !above.allocated();
            }
            // What the old backing file shows and what lies behind its end are written in different ways.
            bytes = at < oldSize ? Math.min(bytes, oldSize - at) : bytes;
            if (!same) {
                compare(at, (int) bytes, newSize);
            }
            at += bytes;
            progress.add(bytes);
        }
    }

    private void compare(long offset, int bytes, long newSize) throws IOException {
        oldBytes.clear().limit(bytes);
        if (offset < oldSize) {
            overlay.read(offset, oldBytes);
            oldBytes.flip();
        } else {
            zero(oldBytes, 0, bytes);
        }
        int held = Math.clamp(newSize - offset, 0, bytes);
        newBytes.clear().limit(held);
        if (held > 0) {
            replacement.orElseThrow().read(offset, newBytes);
        }
        newBytes.limit(bytes);
        zero(newBytes, held, bytes);
        newBytes.rewind();
        for (int at = 0; at < bytes;) {
            boolean differs = differs(offset, at, bytes);
            int end = unitEnd(offset, at, bytes);
            while (end < bytes && differs(offset, end, bytes) == differs) {
                end = unitEnd(offset, end, bytes);
            }
            if (differs) {
                write(offset + at, at, end - at);
            }
            at = end;
        }
    }

    private static void zero(ByteBuffer buffer, int from, int to) {
        for (int i = from; i < to; i++) {
            buffer.put(i, (byte) 0);
        }
    }

    private int unitEnd(long offset, int at, int bytes) {
        return (int) Math.min(bytes, at + unit - (offset + at) % unit);
    }

    private boolean differs(long offset, int at, int bytes) {
        int length = unitEnd(offset, at, bytes) - at;
        return oldBytes.slice(at, length).mismatch(newBytes.slice(at, length)) >= 0;
    }

    private void write(long offset, int at, int bytes) throws IOException {
        if (offset >= oldSize) {
            overlay.writeZeroes(offset, bytes, RequestFlags.NONE);
            return;
        }
        boolean whole = offset % unit == 0 && (bytes % unit == 0 || offset + bytes == overlay.size());
        overlay.write(offset, oldBytes.slice(at, bytes), whole ? flags : RequestFlags.NONE);
    }
}
