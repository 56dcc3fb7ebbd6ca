// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes of an array as words of 8. The loops are simple enough for the compiler to make vectors of them. */
final class Words {
    private static final VarHandle LITTLE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Words() {
    }

    static long little(byte[] array, int at) {
        return (long) LITTLE.get(array, at);
    }

    static void putLittle(byte[] array, int at, long value) {
        LITTLE.set(array, at, value);
    }

    static long big(byte[] array, int at) {
        return (long) BIG.get(array, at);
    }

    static void putBig(byte[] array, int at, long value) {
        BIG.set(array, at, value);
    }

    /** Changes the first bytes of an array by those of another; a multiple of 8. */
    static void xor(byte[] array, byte[] other, int bytes) {
        for (int i = 0; i < bytes; i += Long.BYTES) {
            LITTLE.set(array, i, (long) LITTLE.get(array, i) ^ (long) LITTLE.get(other, i));
        }
    }
}
