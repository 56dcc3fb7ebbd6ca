// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.Extent;
import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pieces of extents that two disks read differently; behind its end a disk reads as zeroes. */
final class DifferentContent implements Iterator<Extent> {
    private static final int PIECE = 64 << 10;

    private final Iterator<Extent> extents;
    private final BlockBackend older;
    private final BlockBackend newer;
    private final ByteBuffer one = ByteBuffer.allocateDirect(PIECE);
    private final ByteBuffer other = ByteBuffer.allocateDirect(PIECE);
    private @Nullable Extent current;
    private @Nullable Extent ahead;

    DifferentContent(Iterator<Extent> extents, BlockBackend older, BlockBackend newer) {
        this.extents = extents;
        this.older = older;
        this.newer = newer;
    }

    @Override
    public boolean hasNext() {
        if (ahead == null) {
            ahead = different();
        }
        return ahead != null;
    }

    @Override
    public Extent next() {
        Extent joined = ahead == null ? different() : ahead;
        if (joined == null) {
            throw new NoSuchElementException("no more differences");
        }
        Extent following = different();
        while (following != null && joined.continuedBy(following)) {
            joined = joined.joinedWith(following);
            following = different();
        }
        ahead = following;
        return joined;
    }

    private @Nullable Extent different() {
        while (true) {
            Extent rest = current != null ? current : extents.hasNext() ? extents.next() : null;
            if (rest == null) {
                return null;
            }
            // Pieces begin at multiples of their length, whatever the extents are.
            long bytes = Math.min(rest.bytes(), PIECE - rest.offset() % PIECE);
            Extent piece = part(rest, 0, bytes);
            current = bytes == rest.bytes() ? null : part(rest, bytes, rest.bytes() - bytes);
            try {
                if (!read(older, piece, one).equals(read(newer, piece, other))) {
                    return piece;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static ByteBuffer read(BlockBackend disk, Extent piece, ByteBuffer buffer) throws IOException {
        int bytes = (int) piece.bytes();
        int inside = Math.clamp(disk.size() - piece.offset(), 0, bytes);
        buffer.clear().limit(inside);
        disk.read(piece.offset(), buffer);
        buffer.limit(bytes);
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0);
        }
        return buffer.flip();
    }

    private static Extent part(Extent whole, long from, long bytes) {
        Optional<Extent.Location> location = whole.location()
                .map(place -> new Extent.Location(place.node(), place.offset() + from));
        return new Extent(whole.offset() + from, bytes, whole.content(), whole.allocated(), whole.depth(),
                whole.node(), location);
    }
}
