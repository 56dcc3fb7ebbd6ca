// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({"2.5e-7, 250 ns", "1e-5, 10 us", "0.0421, 42.1 ms", "0.9999, 1.00 s", "3.456, 3.46 s", "18.7, 18.7 s",
        "123.4, 123 s", "0, 0 ns"})
    void text_seconds_haveThreeDigitsAndTheUnitThatSuits(double seconds, String text) {
        assertEquals(text, Quantity.TIME.text(seconds));
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "65536, 64 KiB", "1048576, 1 MiB", "268435456, 256 MiB", "1572864, 1.50 MiB"})
    void text_bytesFewAndMany_haveTheUnitThatSuits(double bytes, String text) {
        assertEquals(text, Quantity.BYTES.text(bytes));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "86.71, 86.7", "'67594', '67,594'"})
    void text_counts_haveNoUnit(double count, String text) {
        assertEquals(text, Quantity.COUNT.text(count));
    }
}
