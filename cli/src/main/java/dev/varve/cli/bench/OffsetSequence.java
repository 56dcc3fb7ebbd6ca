// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.bench;

/** Where the requests of one bench thread begin. Confined to one thread; allocates nothing a request. */
final class OffsetSequence {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final BenchOrder order;
    private final long room;
    private final long slots;
    private final long stride;
    private long next;
    private long state;

    /** The requests {@code lane}, {@code lane + lanes}, ... of a bench on a disk of {@code diskSize} bytes. */
    OffsetSequence(BenchOrder order, long diskSize, int lane, int lanes) {
        this.order = order;
        // One less than would fit, so that aligned steps stay aligned when they come round.
        this.room = Math.max(1, diskSize - order.size());
        this.slots = Math.max(1, diskSize / order.size());
        this.stride = wrapped(order.step(), lanes);
        this.next = (order.offset() % room + wrapped(order.step(), lane)) % room;
        this.state = order.seed() + lane * GOLDEN;
    }

    /** {@code step * times} modulo the room, without overflow. */
    private long wrapped(long step, int times) {
        long sum = 0;
        for (int i = 0; i < times; i++) {
            sum = Long.remainderUnsigned(sum + step % room, room);
        }
        return sum;
    }

    long next() {
        if (order.random()) {
            return Long.remainderUnsigned(scrambled(), slots) * order.size();
        }
        long here = next;
        next = (next + stride) % room;
        return here;
    }

    /** The next number of SplitMix64. */
    private long scrambled() {
        state += GOLDEN;
        long z = state;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
