// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

/**
 * How a new volume is made.
 *
 * @param cipher how sectors are encrypted
 * @param hash of PBKDF2 and of the anti-forensic splitter
 * @param iterMillis how long deriving a key is to take, in milliseconds
 */
public record LuksSettings(CipherSpec cipher, HashAlgorithm hash, long iterMillis) {
    /** QEMU's default of {@code iter-time}. */
    public static final long DEFAULT_ITER_MILLIS = 2000;
}
