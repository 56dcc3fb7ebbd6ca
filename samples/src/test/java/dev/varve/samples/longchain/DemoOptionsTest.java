// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoOptionsTest {
    @Test
    void parse_nothing_isTheDefault() {
        DemoOptions options = DemoOptions.parse(List.of());
        assertEquals(new ChainPlan(300, 256L << 20, ChainShape.MIXED), options.plan());
        assertEquals(Path.of("varve-demo.html"), options.out());
        assertTrue(options.qemu());
        assertFalse(options.help());
    }

    @Test
    void parse_everyOption_isTaken() {
        DemoOptions options = DemoOptions.parse(List.of("--layers", "5", "--size=4M", "--shape", "stripe", "--out", "x",
                "--no-qemu", "--qemu-limit", "7", "--keep", "kept"));
        assertEquals(new ChainPlan(5, 4L << 20, ChainShape.STRIPE), options.plan());
        assertEquals(Path.of("x"), options.out());
        assertFalse(options.qemu());
        assertEquals(Duration.ofSeconds(7), options.qemuLimit());
        assertEquals(Path.of("kept"), options.keep().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--layers 0|--layers: '0', allowed are 1 to 10000",
        "--layers ten|--layers: 'ten', allowed are 1 to 10000",
        "--size 1000|size: 1000, allowed are multiples of 65536",
        "--size 2000000T|--size: '2000000', allowed are 1 to 1",
        "--size M|--size: '', allowed are 1 to",
        "--shape round|--shape: 'round', allowed are mixed, stripe, scatter, base",
        "--layers|--layers needs a value",
        "--depth 3|unknown option '--depth'",
        "more|unknown option 'more'"})
    void parse_wrongWords_isRefusedWithTheValueAndWhatIsAllowed(String words, String message) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> DemoOptions.parse(List.of(words.split(" "))));
        assertTrue(refused.getMessage().startsWith(message), refused.getMessage());
    }
}
