// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyValueListTest {
    @Test
    void pairs_areDividedAtCommas() throws UsageException {
        assertEquals(Map.of("a", "1", "b", "x=y"), KeyValueList.parse("a=1,b=x=y"));
    }

    @Test
    void doubledComma_standsForOne() throws UsageException {
        assertEquals(Map.of("file", "a,b", "c", "d"), KeyValueList.parse("file=a,,b,c=d"));
    }

    @Test
    void keyWithoutValue_isOn() throws UsageException {
        assertEquals(Map.of("nocow", "on"), KeyValueList.parse("nocow"));
    }

    @Test
    void emptyKey_isRefused() {
        assertThrows(UsageException.class, () -> KeyValueList.parse("=1"));
    }
}
