// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTextTest {
    // The order in which qemu-img 7.2 prints an info.
    private static final List<String> QEMU = List.of("backing-filename-format", "virtual-size", "filename",
            "cluster-size", "format", "actual-size", "format-specific", "full-backing-filename", "backing-filename",
            "dirty-flag");

    @Test
    void members_areInQemusOrder() {
        assertEquals(QEMU, QemuKeyOrder.of(QEMU.stream().sorted().toList()));
    }

    @Test
    void specificMembers_areInQemusOrder() {
        List<String> qemu = List.of("compat", "compression-type", "lazy-refcounts", "refcount-bits", "corrupt",
                "extended-l2");
        assertEquals(qemu, QemuKeyOrder.of(qemu.stream().sorted().toList()));
    }

    @Test
    void nestedValues_areIndentedByFour() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", 1L);
        map.put("b", List.of("x", true));
        map.put("c", Map.of());
        assertEquals("""
                {
                    "a": 1,
                    "b": [
                        "x",
                        true
                    ],
                    "c": {}
                }""", JsonText.of(map));
    }

    @Test
    void textOutsideAscii_isEscaped() {
        String controls = new String(new char[] {'"', '\\', '\n', 1, 0x7F, 0xE9});
        assertEquals("\"\\\"\\\\\\n\\u0001\\u007F\\u00E9\"", JsonText.quoted(controls));
    }
}
