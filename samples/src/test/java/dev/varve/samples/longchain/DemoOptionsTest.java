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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoOptionsTest {
    private static List<Integer> layers(DemoOptions options) {
        return options.plans().stream().map(ChainPlan::layers).toList();
    }

    @Test
    void parse_nothing_isTheDefault() {
        DemoOptions options = DemoOptions.parse(List.of());
        assertEquals(List.of(1, 30, 100, 300, 1000), layers(options));
        assertEquals(new ChainPlan(1, 256L << 20, ChainShape.MIXED), options.plans().getFirst());
        assertEquals(Path.of("varve-demo.html"), options.out());
        assertEquals(Optional.of(new DemoOptions.Qemu(300, Duration.ofSeconds(20))), options.qemu());
        assertFalse(options.collapseOff());
        assertFalse(options.help());
    }

    @Test
    void parse_everyOption_isTaken() {
        DemoOptions options = DemoOptions.parse(List.of("--layers", "5,2,5", "--size=4M", "--shape", "stripe", "--out",
                "x", "--qemu-layers", "3", "--qemu-limit", "7", "--no-collapse", "--keep", "kept"));
        assertEquals(List.of(2, 5), layers(options));
        assertEquals(new ChainPlan(5, 4L << 20, ChainShape.STRIPE), options.plans().getLast());
        assertEquals(Path.of("x"), options.out());
        assertEquals(Optional.of(new DemoOptions.Qemu(3, Duration.ofSeconds(7))), options.qemu());
        assertTrue(options.collapseOff());
        assertEquals(Path.of("kept"), options.keep().orElseThrow());
    }

    @Test
    void parse_quick_isSmallUnlessToldOtherwise() {
        assertEquals(16L << 20, DemoOptions.parse(List.of("--quick")).plans().getLast().size());
        assertEquals(List.of(1, 10, 100), layers(DemoOptions.parse(List.of("--quick"))));
        assertEquals(List.of(7), layers(DemoOptions.parse(List.of("--layers", "7", "--quick"))));
    }

    @Test
    void parse_noQemu_leavesItOut() {
        assertEquals(Optional.empty(), DemoOptions.parse(List.of("--no-qemu")).qemu());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--layers 0|--layers: '0', allowed are 1 to 10000",
        "--layers 1,,2|--layers: '', allowed are 1 to 10000",
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
