// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.api.block.BlockException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyValueListTest {
    @Test
    void pairs_areDividedAtCommas() throws BlockException {
        assertEquals(Map.of("a", "1", "b", "x=y"), KeyValueList.parse("a=1,b=x=y"));
    }

    @Test
    void doubledComma_standsForOne() throws BlockException {
        assertEquals(Map.of("file", "a,b", "c", "d"), KeyValueList.parse("file=a,,b,c=d"));
    }

    @Test
    void keyWithoutValue_isOn() throws BlockException {
        assertEquals(Map.of("nocow", "on"), KeyValueList.parse("nocow"));
    }

    @Test
    void keyThatBeginsWithNo_isOff() throws BlockException {
        assertEquals(Map.of("sparse", "off"), KeyValueList.parse("nosparse"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1", ",", ",a=1", "a=1,", ",,"})
    void emptyKeyOrElement_isRefused(String list) {
        assertThrows(BlockException.class, () -> KeyValueList.parse(list));
    }
}
