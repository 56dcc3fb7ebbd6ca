// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.convert;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Holds writers back so that no more than so many bytes a second are written. */
final class RateLimit {
    private final long rate;
    private long free = System.nanoTime();

    RateLimit(long rate) {
        this.rate = rate;
    }

    /** Takes part in the rate, and waits until the bytes may be written. */
    void take(int bytes) {
        if (rate == 0) {
            return;
        }
        long begin;
        synchronized (this) {
            begin = Math.max(free, System.nanoTime());
            free = begin + (long) ((double) bytes * TimeUnit.SECONDS.toNanos(1) / rate);
        }
        for (long wait = begin - System.nanoTime(); wait > 0; wait = begin - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
    }
}
