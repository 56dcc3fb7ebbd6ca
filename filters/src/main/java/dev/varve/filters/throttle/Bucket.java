// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

/**
 * A leaky bucket: what passes fills it, time empties it at the rate of its limit, and nothing passes while it is fuller
 * than its room (the behaviour of QEMU's {@code util/throttle.c}). Guarded by the group's lock.
 */
final class Bucket {
    private static final double SECOND = 1e9;

    private final Limit limit;
    private double level;
    private double burstLevel;

    Bucket(Limit limit) {
        this.limit = limit;
    }

    /** Whether there is no limit. */
    boolean isBottomless() {
        return limit.average() == 0;
    }

    void leak(long nanos) {
        level = Math.max(0, level - limit.average() * (nanos / SECOND));
        if (limit.hasLongBurst()) {
            burstLevel = Math.max(0, burstLevel - limit.burst() * (nanos / SECOND));
        }
    }

    void add(double units) {
        if (limit.average() > 0) {
            level += units;
            burstLevel += limit.hasLongBurst() ? units : 0;
        }
    }

    /** Nanoseconds until something may pass, 0 for now. */
    long delay() {
        if (limit.average() == 0) {
            return 0;
        }
        double extra = level - limit.room();
        if (extra > 0) {
            return nanos(extra / limit.average());
        }
        extra = burstLevel - limit.burstRoom();
        return limit.hasLongBurst() && extra > 0 ? nanos(extra / limit.burst()) : 0;
    }

    private static long nanos(double seconds) {
        return Math.max(1, (long) Math.ceil(seconds * SECOND));
    }
}
