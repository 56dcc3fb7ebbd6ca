// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
    // As qemu-img 7.2 prints them.
    @ParameterizedTest
    @CsvSource({"0, 0 B", "1, 1 B", "999, 999 B", "1000, 0.977 KiB", "1023, 0.999 KiB", "1024, 1 KiB",
        "200704, 196 KiB", "1048576, 1 MiB", "1572864, 1.5 MiB", "1047552, 0.999 MiB", "1073741824, 1 GiB",
        "10737418240, 10 GiB", "9223372036854775807, 8 EiB", "5368709120000, 4.88 TiB", "104857600, 100 MiB"})
    void roundedSize_isWrittenAsQemuImgDoes(long bytes, String text) {
        assertEquals(text, SizeText.rounded(bytes));
    }

    // As qemu-io 7.2 prints them.
    @ParameterizedTest
    @CsvSource({"0, 0 bytes", "513, 513 bytes", "1024, 1 KiB", "1536, 1.500 KiB", "65536, 64 KiB",
        "1049600, 1.001 MiB", "1048577, 1 MiB", "2147483136, 2 GiB", "536870912, 512 MiB"})
    void preciseSize_isWrittenAsQemuIoDoes(long bytes, String text) {
        assertEquals(text, SizeText.precise(bytes));
    }

    @Test
    void fractionOfAByte_isWrittenWithSixDigits() {
        assertEquals("15.250000 bytes", SizeText.precise(15.25));
    }

    @ParameterizedTest
    @CsvSource({"0, false, 00.00 sec", "250000000, false, 00.25 sec", "999999999, false, 01.00 sec",
        "1000000000, false, 0:00:01.00", "3725500000000, false, 1:02:05.50", "5000000, true, 0:00:00.01"})
    void duration_isWrittenAsQemuIoDoes(long nanos, boolean fixed, String text) {
        // 5 ms is a tie in decimal only: the nearest binary fraction lies above it.
        assertEquals(text, TimeText.of(nanos, fixed));
    }

    @ParameterizedTest
    @CsvSource({"999.7, 1e+03", "1234567, 1.23e+06", "12.345, 12.3", "100, 100", "0, 0", "1, 1"})
    void significantDigits_areRoundedAsPrintfDoes(double value, String text) {
        assertEquals(text, Decimal.significant(value, 3));
    }

    @ParameterizedTest
    @CsvSource({"0.125, 2, 0.12", "0.375, 2, 0.38", "2.675, 2, 2.67", "100, 2, 100.00"})
    void fixedDigits_areRoundedHalfToEvenOnTheBinaryValue(double value, int digits, String text) {
        assertEquals(text, Decimal.fixed(value, digits));
    }

    @Test
    void dump_showsSixteenBytesALine() {
        byte[] bytes = new byte[18];
        java.util.Arrays.fill(bytes, (byte) 0xCD);
        bytes[0] = 'A';
        bytes[17] = ' ';
        assertEquals("""
                00000200:  41 cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd  A...............
                00000210:  cd 20  ..
                """, HexDump.of(ByteBuffer.wrap(bytes), 512));
    }
}
