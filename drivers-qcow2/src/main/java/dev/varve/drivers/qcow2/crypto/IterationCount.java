// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.util.concurrent.TimeUnit;

/** How many iterations of PBKDF2 this machine does in a time (QEMU's {@code qcrypto_pbkdf2_count_iters}). */
final class IterationCount {
    /** The fewest iterations, however short the time. */
    static final long MIN = 1000;
    /**
     * The most iterations, of a new header and of one that is read: about a minute's work. Whoever made an image must
     * not be able to keep its readers busy for hours.
     */
    static final long MAX = 1L << 28;

    private static final long FIRST_TRY = 1 << 13;
    /** A run as long as this is measured well, and long behind the compilation of the loop. */
    private static final long ENOUGH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private IterationCount() {
    }

    /**
     * The number for a key.
     *
     * @param hash of PBKDF2
     * @param password a password; its content does not matter
     * @param salt the salt
     * @param keyBytes the length of the key
     * @param millis the time that deriving is to take
     * @param divisor which part of the iterations is asked for
     * @return {@link #MIN} to {@link #MAX}
     * @throws BlockException of kind INVALID_OPTION where more would be needed
     */
    static long forTime(HashAlgorithm hash, byte[] password, byte[] salt, int keyBytes, long millis, int divisor)
            throws BlockException {
        double perMilli = perMilli(new Pbkdf2(hash, password), salt, keyBytes);
        double wanted = perMilli * millis / divisor;
        if (wanted > MAX) {
            throw BlockException.invalidOption("iter-time is " + millis
                    + " ms, which takes more than " + MAX + " iterations, allowed is at most "
                    + (long) (MAX / perMilli * divisor));
        }
        return Math.max(MIN, (long) wanted);
    }

    private static double perMilli(Pbkdf2 derivation, byte[] salt, int keyBytes) throws BlockException {
        for (long iterations = FIRST_TRY;; iterations *= 2) {
            long begin = System.nanoTime();
            derivation.derive(salt, iterations, keyBytes);
            long nanos = System.nanoTime() - begin;
            if (nanos >= ENOUGH_NANOS) {
                return iterations * 1e6 / nanos;
            }
        }
    }
}
