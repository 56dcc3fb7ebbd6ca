// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.convert;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.cli.disk.PageBuffers;
import dev.varve.cli.text.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies disks one behind the other into a target. Several threads take pieces from the front of what is left, read
 * them at the same time, and write them, in order where that matters to the target.
 */
public final class Copier {
    private final BlockBackend target;
    private final CopyOrder order;
    private final Progress progress;
    private final Pieces pieces;
    private final WriteTurns turns;
    private final RateLimit rate;
    private final RequestFlags writeFlags;
    private final RequestFlags zeroFlags;
    private final Salvage salvage;
    private @Nullable Throwable failure;

    private Copier(List<BlockBackend> sources, BlockBackend target, CopyOrder order, Salvage salvage,
            Progress progress) {
        this.target = target;
        this.order = order;
        this.progress = progress;
        this.salvage = salvage;
        this.pieces = new Pieces(sources, order, salvage);
        this.turns = new WriteTurns(order.inOrder());
        this.rate = new RateLimit(order.rate());
        this.writeFlags = order.durable() ? RequestFlags.FUA : RequestFlags.NONE;
        this.zeroFlags = writeFlags.with(RequestFlags.MAY_UNMAP);
    }

    /**
     * Copies.
     *
     * @param sources what to read
     * @param target what to write, at least as large as the sources together
     * @param order how
     * @param salvage what becomes of parts that cannot be read
     * @param progress is told of each piece
     * @throws IOException the first failure; what the target then holds is undefined
     */
    public static void copy(List<BlockBackend> sources, BlockBackend target, CopyOrder order, Salvage salvage,
            Progress progress) throws IOException {
        new Copier(sources, target, order, salvage, progress).run();
    }

    private void run() throws IOException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i < order.threads(); i++) {
            threads.add(Thread.ofPlatform().name("varve-copy-" + i).daemon(true).start(this::work));
        }
        work();
        for (Thread thread : threads) {
            join(thread);
        }
        Throwable first = firstFailure();
        if (first instanceof IOException io) {
            throw io;
        } else if (first instanceof UncheckedIOException unchecked) {
            throw unchecked.getCause();
        } else if (first instanceof RuntimeException unexpected) {
            throw unexpected;
        } else if (first instanceof Error error) {
            throw error;
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Throwable firstFailure() {
        return failure;
    }

    private synchronized void fail(Throwable reason) {
        if (failure == null) {
            failure = reason;
        }
        turns.stop();
    }

    private synchronized @Nullable Piece take() throws IOException {
        return failure == null ? pieces.next() : null;
    }

    private void work() {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(0);
            for (Piece piece = take(); piece != null; piece = take()) {
                if (piece.kind() == Piece.Kind.COPY && buffer.capacity() == 0) {
                    buffer = PageBuffers.allocate(order.chunk());
                }
                process(piece, buffer);
                progress.add(piece.bytes());
            }
        } catch (Throwable e) {
            fail(e);
        }
    }

    private void process(Piece piece, ByteBuffer buffer) throws IOException {
        if (piece.kind() == Piece.Kind.SKIP) {
            return;
        }
        if (piece.kind() == Piece.Kind.COPY) {
            read(piece, buffer);
        }
        if (turns.await(piece.number())) {
            write(piece, buffer);
            turns.done(piece.number());
        }
    }

    private void read(Piece piece, ByteBuffer buffer) throws IOException {
        buffer.clear().limit(piece.bytes());
        try {
            piece.source().read(piece.sourceOffset(), buffer);
        } catch (IOException e) {
            if (!salvage.wanted()) {
                throw new IOException("error while reading at byte " + piece.sourceOffset() + ": " + e.getMessage(),
                        e);
            }
            readSectors(piece, buffer);
        }
        buffer.flip();
    }

    /** Reads each sector by itself, so that none is lost but those that cannot be read. */
    private void readSectors(Piece piece, ByteBuffer buffer) {
        for (int at = 0; at < piece.bytes(); at += Pieces.SECTOR) {
            int bytes = Math.min(Pieces.SECTOR, piece.bytes() - at);
            try {
                piece.source().read(piece.sourceOffset() + at, buffer.slice(at, bytes));
            } catch (IOException e) {
                salvage.warnings().accept("error while reading offset " + (piece.sourceOffset() + at) + ": "
                        + e.getMessage());
                for (int i = at; i < at + bytes; i++) {
                    buffer.put(i, (byte) 0);
                }
            }
        }
        buffer.position(piece.bytes());
    }

    private void write(Piece piece, ByteBuffer buffer) throws IOException {
        if (piece.kind() == Piece.Kind.ZERO) {
            target.writeZeroes(piece.targetOffset(), piece.bytes(), zeroFlags);
            return;
        }
        ZeroRuns runs = new ZeroRuns(MemorySegment.ofBuffer(buffer), piece.targetOffset(), piece.bytes(), order);
        while (runs.next()) {
            long offset = piece.targetOffset() + runs.start();
            if (!runs.isZero()) {
                rate.take(runs.bytes());
                writeData(offset, buffer.slice(runs.start(), runs.bytes()));
            } else if (!order.zeroed()) {
                target.writeZeroes(offset, runs.bytes(), zeroFlags);
            }
        }
    }

    /** Only whole units can be compressed: what a short source in the middle leaves over is written as it is. */
    private void writeData(long offset, ByteBuffer data) throws IOException {
        long end = offset + data.remaining();
        boolean whole = offset % order.granule() == 0 && (end % order.granule() == 0 || end == target.size());
        target.write(offset, data, order.compressed() && whole ? writeFlags.with(RequestFlags.COMPRESSED)
                : writeFlags);
    }
}
