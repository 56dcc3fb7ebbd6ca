// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.convert;

import dev.varve.api.block.Extent;
import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a copy, in the order of the target. Neighbouring extents of any layer are read as one as long as the
 * same is to be done with them. Sources follow each other, each rounded up to a sector, as in qemu-img.
 */
final class Pieces {
    static final int SECTOR = 512;
    /** Zeroes and skipped parts need no buffer: only progress is told by them. */
    private static final int LONG_PIECE = 1 << 30;

    private final List<BlockBackend> sources;
    private final CopyOrder order;
    private final Salvage salvage;
    private int nextSource;
    private @Nullable BlockBackend source;
    private Iterator<Extent> extents = Collections.emptyIterator();
    private @Nullable Extent pending;
    private long base;
    private long sourceSize;
    private long position;
    private long numbered;

    Pieces(List<BlockBackend> sources, CopyOrder order, Salvage salvage) {
        this.sources = sources;
        this.order = order;
        this.salvage = salvage;
    }

    /** The next piece, or null at the end. Confined to one thread at a time. */
    @Nullable Piece next() throws IOException {
        while (source == null || position == sourceSize) {
            if (nextSource == sources.size()) {
                return null;
            }
            open(sources.get(nextSource++));
        }
        BlockBackend from = source;
        Piece.Kind kind = kindHere();
        // Pieces end at multiples of the chunk in the target, so that its clusters are written whole.
        int unit = kind == Piece.Kind.COPY ? order.chunk() : LONG_PIECE;
        long start = position;
        long most = unit - (base + start) % unit;
        while (position < sourceSize && position - start < most && kindHere() == kind) {
            Extent here = current();
            position = Math.min(here.end(), start + most);
        }
        if (order.compressed()) {
            kind = inWholeUnits(from, kind, start);
        }
        long number = kind == Piece.Kind.SKIP ? -1 : numbered++;
        return new Piece(number, kind, from, start, base + start, Math.toIntExact(position - start));
    }

    /** Lets the piece end with a unit of the target: one that is shorter than a unit is copied as a whole. */
    private Piece.Kind inWholeUnits(BlockBackend current, Piece.Kind kind, long start) {
        long into = (base + position) % order.granule();
        if (into == 0 || position == sourceSize) {
            return kind;
        }
        if (kind != Piece.Kind.COPY && position - into > start) {
            position -= into;
            pending = null;
            extents = current.extents(position, sourceSize - position);
            return kind;
        }
        position = Math.min(sourceSize, position - into + order.granule());
        return Piece.Kind.COPY;
    }

    private void open(BlockBackend next) throws IOException {
        base += (sourceSize + SECTOR - 1) / SECTOR * SECTOR;
        source = next;
        sourceSize = next.size();
        position = 0;
        pending = null;
        extents = sourceSize == 0 ? Collections.emptyIterator() : next.extents(0, sourceSize);
    }

    private Extent current() {
        Extent here = pending;
        while (here == null || here.end() <= position) {
            here = following();
        }
        pending = here;
        return here;
    }

    private Extent following() {
        try {
            return extents.next();
        } catch (UncheckedIOException e) {
            BlockBackend from = source;
            if (!salvage.wanted() || from == null) {
                throw e;
            }
            // Whether it can be read shows when it is read.
            salvage.warnings().accept("error while reading block status at offset " + position + ": "
                    + e.getCause().getMessage());
            long bytes = Math.min(SECTOR, sourceSize - position);
            long behind = position + bytes;
            extents = behind == sourceSize ? Collections.emptyIterator()
                    : from.extents(behind, sourceSize - behind);
            return new Extent(position, bytes, Extent.Content.ENCODED, true, 0, from.root(), Optional.empty());
        }
    }

    /** What qemu-img's {@code convert_iteration_sectors} decides. */
    private Piece.Kind kindHere() {
        Extent here = current();
        if (order.backed() && here.depth() > 0) {
            return Piece.Kind.SKIP;
        }
        if (!here.readsAsZeroes()) {
            return Piece.Kind.COPY;
        }
        if (order.writeAll()) {
            return Piece.Kind.COPY;
        }
        return order.targetReadsZero(base + position) ? Piece.Kind.SKIP : Piece.Kind.ZERO;
    }
}
