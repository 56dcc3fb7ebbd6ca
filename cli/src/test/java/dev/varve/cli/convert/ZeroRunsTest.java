// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZeroRunsTest {
    private static final int KIB = 1024;

    private static CopyOrder order(int sparse, int granule) {
        return new CopyOrder(2 << 20, 1, true, sparse, granule, true, false, 0, 0, false, false);
    }

    /** Runs as {@code d0-4096} for data and {@code z4096-8192} for zeroes. */
    private static List<String> runs(byte[] bytes, long offset, CopyOrder order) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        ZeroRuns runs = new ZeroRuns(MemorySegment.ofBuffer(buffer), offset, bytes.length, order);
        List<String> told = new ArrayList<>();
        while (runs.next()) {
            told.add((runs.isZero() ? "z" : "d") + runs.start() + "-" + (runs.start() + runs.bytes()));
        }
        return told;
    }

    @Test
    void zeroes_areLeftOutInWholeUnits() {
        byte[] bytes = new byte[16 * KIB];
        bytes[5000] = 1;
        assertEquals(List.of("z0-4096", "d4096-8192", "z8192-16384"), runs(bytes, 0, order(4096, 4096)));
    }

    @Test
    void bufferOfZeroes_isOneRun() {
        assertEquals(List.of("z0-300000"), runs(new byte[300_000], 0, order(4096, 4096)));
    }

    @Test
    void lastByteOfAUnit_makesItData() {
        byte[] bytes = new byte[8 * KIB];
        bytes[8 * KIB - 1] = 1;
        assertEquals(List.of("z0-4096", "d4096-8192"), runs(bytes, 0, order(4096, 4096)));
    }

    @Test
    void units_areThoseOfTheTarget() {
        byte[] bytes = new byte[8 * KIB];
        bytes[0] = 1;
        assertEquals(List.of("d0-3072", "z3072-8192"), runs(bytes, KIB, order(4096, 4096)));
    }

    @Test
    void shortRun_isWrittenAsData() {
        byte[] bytes = new byte[64 * KIB];
        bytes[0] = 1;
        bytes[12 * KIB] = 1;
        bytes[63 * KIB] = 1;
        assertEquals(List.of("d0-16384", "z16384-61440", "d61440-65536"), runs(bytes, 0, order(16 * KIB, 4096)));
    }

    @Test
    void noSparse_isAllData() {
        assertEquals(List.of("d0-8192"), runs(new byte[8 * KIB], 0, order(0, 4096)));
    }
}
