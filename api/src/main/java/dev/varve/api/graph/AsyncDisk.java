// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.RequestFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A disk whose requests are futures. A request that fails completes its future with what {@link BlockBackend} would
 * have thrown; one that is cancelled before a thread took it up is not made, a later cancellation does not stop it.
 * Buffers belong to their requests until the futures are complete. Requests are not ordered among each other: a flush
 * makes those survive a power cut whose futures were complete before it was asked for.
 *
 * @param disk where the requests go
 * @param executor runs them, each blocking one thread; stays its owner's
 */
public record AsyncDisk(BlockBackend disk, Executor executor) {
    /**
     * Reads the remaining bytes of the buffer.
     *
     * @param offset where to begin
     * @param dst receives the bytes
     * @return completed with the buffer
     */
    public CompletableFuture<ByteBuffer> read(long offset, ByteBuffer dst) {
        return start(() -> {
            disk.read(offset, dst);
            return dst;
        });
    }

    /**
     * Writes the remaining bytes of the buffer.
     *
     * @param offset where to begin
     * @param src the bytes
     * @param flags as {@link BlockBackend#write}
     * @return completed with the buffer
     */
    public CompletableFuture<ByteBuffer> write(long offset, ByteBuffer src, RequestFlags flags) {
        return start(() -> {
            disk.write(offset, src, flags);
            return src;
        });
    }

    /**
     * Writes the remaining bytes of the buffer.
     *
     * @param offset where to begin
     * @param src the bytes
     * @return completed with the buffer
     */
    public CompletableFuture<ByteBuffer> write(long offset, ByteBuffer src) {
        return write(offset, src, RequestFlags.NONE);
    }

    /**
     * Makes a range read as zeroes.
     *
     * @param offset where to begin
     * @param bytes how many
     * @param flags as {@link BlockBackend#writeZeroes}
     * @return completed when it does
     */
    public CompletableFuture<Void> writeZeroes(long offset, long bytes, RequestFlags flags) {
        return start(() -> {
            disk.writeZeroes(offset, bytes, flags);
            return null;
        });
    }

    /**
     * Tells that the content of a range is not needed any more.
     *
     * @param offset where to begin
     * @param bytes how many
     * @return completed when that is done
     */
    public CompletableFuture<Void> discard(long offset, long bytes) {
        return start(() -> {
            disk.discard(offset, bytes);
            return null;
        });
    }

    /**
     * Makes every completed write survive a power cut.
     *
     * @return completed when they do
     */
    public CompletableFuture<Void> flush() {
        return start(() -> {
            disk.flush();
            return null;
        });
    }

    private interface Request<T> {
        T run() throws IOException;
    }

    private <T> CompletableFuture<T> start(Request<T> request) {
        CompletableFuture<T> future = new CompletableFuture<>();
        executor.execute(() -> {
            if (future.isDone()) {
                return;
            }
            try {
                future.complete(request.run());
            } catch (IOException | RuntimeException | Error e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }
}
