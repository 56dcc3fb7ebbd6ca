// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Packs codes into bytes, the lowest bit first. What does not fit is not written, and noticed. */
final class BitSink {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] target = {};
    private int limit;
    private int at;
    private long bits;
    private int count;

    /** Begins to write to an array, at most {@code most} bytes, with 8 bytes of room behind them. */
    void begin(byte[] array, int most) {
        target = array;
        limit = most;
        at = 0;
        bits = 0;
        count = 0;
    }

    /** Whether more was written than fits. */
    boolean isFull() {
        return at > limit;
    }

    /** Adds up to 32 bits; at most 56 may be added between two calls of {@link #flush}. */
    void add(long value, int width) {
        bits |= value << count;
        count += width;
    }

    /** Moves whole bytes to the target. */
    void flush() {
        if (at > limit) {
            count = 0;
            bits = 0;
            return;
        }
        LONGS.set(target, at, bits);
        int bytes = count >>> 3;
        at += bytes;
        bits = bytes == Long.BYTES ? 0 : bits >>> (bytes << 3);
        count &= 7;
    }

    /** Fills the last byte up. */
    void align() {
        count = count + 7 & ~7;
        flush();
    }

    /** Copies whole bytes; aligned. */
    void copy(byte[] source, int from, int length) {
        if (at + length > limit) {
            at = limit + 1;
            return;
        }
        System.arraycopy(source, from, target, at, length);
        at += length;
    }

    /** How many whole bytes were written. */
    int length() {
        return at;
    }
}
