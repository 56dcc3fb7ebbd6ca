// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.http;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Takes at most so many bytes of a body; when there are more, or none are wanted, the server need not send them. */
final class RangeBody implements HttpResponse.BodySubscriber<byte[]> {
    private final byte[] taken;
    private final CompletableFuture<byte[]> done = new CompletableFuture<>();
    private int length;
    private Flow.@Nullable Subscription subscription;

    RangeBody(int bytes) {
        taken = new byte[bytes];
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return done;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (taken.length == 0) {
            given.cancel();
            done.complete(taken);
        } else {
            given.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            int piece = Math.min(buffer.remaining(), taken.length - length);
            buffer.get(taken, length, piece);
            length += piece;
            if (buffer.hasRemaining() && subscription != null) {
                subscription.cancel();
                onComplete();
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        done.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        done.complete(length == taken.length ? taken : Arrays.copyOf(taken, length));
    }
}
