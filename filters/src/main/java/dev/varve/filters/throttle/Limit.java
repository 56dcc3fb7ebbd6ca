// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

import dev.varve.api.block.BlockException;

/**
 * One limit (QEMU's {@code LeakyBucket} without its levels).
 *
 * @param average units a second in the long run, 0 for no limit
 * @param burst units a second in a burst, 0 for none
 * @param burstLength seconds that a burst may last, at least 1
 */
record Limit(long average, long burst, long burstLength) {
    static final Limit NONE = new Limit(0, 0, 1);

    private static final long MOST = 1_000_000_000_000_000L;
    /** What may pass at once where no burst is configured: a tenth of a second's worth. */
    private static final double SLACK = 10;

    /** Refuses what contradicts itself (QEMU's {@code throttle_is_valid}). */
    void check(String name) throws BlockException {
        if (average > MOST || burst > MOST) {
            throw refused(name, "bps/iops/max values must be within [0, " + MOST + "]");
        }
        if (burstLength == 0) {
            throw refused(name, "the burst length cannot be 0");
        }
        if (burstLength > 1 && burst == 0) {
            throw refused(name, "burst length set without burst rate");
        }
        if (burst > 0 && burstLength > MOST / burst) {
            throw refused(name, "burst length too high for this burst rate");
        }
        if (burst > 0 && average == 0) {
            throw refused(name, "bps_max/iops_max require corresponding bps/iops values");
        }
        if (burst > 0 && burst < average) {
            throw refused(name, "bps_max/iops_max cannot be lower than bps/iops");
        }
    }

    private BlockException refused(String name, String why) {
        return BlockException.invalidOption("limits of " + name + " (" + average + ", max " + burst + ", max-length "
                + burstLength + "): " + why);
    }

    /** How much may pass before the average holds. */
    double room() {
        return burst == 0 ? average / SLACK : (double) burst * burstLength;
    }

    /** How much may pass before the burst rate holds. */
    double burstRoom() {
        return burst / SLACK;
    }

    boolean hasLongBurst() {
        return burstLength > 1;
    }
}
