// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.api.block.BlockException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionStringTest {
    @Test
    void read_dottedKeys_nest() throws BlockException {
        assertEquals(Map.of("driver", "qcow2", "file", Map.of("driver", "file", "filename", "a")),
                OptionString.read("driver=qcow2,file.driver=file,file.filename=a"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"a,,b|a,b", "a,,|a,", ",,|,", "a=b|a=b", "a,|a", "''|''", "a,,,,b|a,,b"})
    void read_value_commasAreDoubled(String written, String meant) throws BlockException {
        assertEquals(Map.of("x", meant), OptionString.read("x=" + written));
    }

    @Test
    void read_threeCommas_aCommaAndTheEndOfTheValue() throws BlockException {
        assertEquals(Map.of("a", "b,", "c", "d"), OptionString.read("a=b,,,c=d"));
    }

    @Test
    void read_nothing_isNoOption() throws BlockException {
        assertEquals(Map.of(), OptionString.read(""));
    }

    @Test
    void read_indexes_areAList() throws BlockException {
        assertEquals(Map.of("children", List.of(Map.of("driver", "file"), "b", Map.of("driver", "raw"))),
                OptionString.read("children.0.driver=file,children.2.driver=raw,children.1=b"));
    }

    @Test
    void read_keyTwice_theLastCounts() throws BlockException {
        assertEquals(Map.of("file", Map.of("filename", "b")), OptionString.read("file.filename=a,file.filename=b"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "file=a,file.driver=file|option 'file.driver' contradicts another option: "
            + "one name is given a value and options of its own",
        "file.driver=file,file=a|option 'file' contradicts another option: "
            + "one name is given a value and options of its own",
        "a.b.c=1,a.b=2|option 'a.b' contradicts another option: one name is given a value and options of its own",
        "c.0=a,c.x=b|option 'c' mixes list indexes with names: 0, x",
        "c.0=a,c.2=b|option 'c' has 2 elements, and none with index 1",
        "c.1=a|option 'c' has 1 elements, and none with index 0",
        "c.00=a,c.0=b|option 'c' mixes list indexes with names: 00, 0",
        "a..b=1|option 'a..b' has an empty part",
        ".a=1|option '.a' has an empty part",
        "a.=1|option 'a.' has an empty part",
        ".=1|option '.' has an empty part",
        "=1|'=' at position 0 of the options has no key",
        "a=1,=2|'=' at position 4 of the options has no key",
        "disk.qcow2|'disk.qcow2' at position 0 of the options is not key=value; "
            + "a flag is written disk.qcow2=on",
        "a=1,read-only,b=2|'read-only' at position 4 of the options is not key=value; a flag is written read-only=on",
        ",a=1|'' at position 0 of the options is not key=value"})
    void read_fault_isNamed(String options, String problem) {
        assertEquals(problem, assertThrows(BlockException.class, () -> OptionString.read(options)).problem());
    }

    @Test
    void read_keyOfAHundredThousandParts_isRefusedWithoutDeepStack() {
        String key = "a.".repeat(100_000) + "a";
        assertEquals("option '...a.a.a.a.a' is nested more than 10000 levels deep",
                assertThrows(BlockException.class, () -> OptionString.read(key + "=1")).problem());
    }
}
