// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadJsonTest {
    private static final Pattern PLACE = Pattern.compile("line (\\d+), column (\\d+)");
    private static final String GOOD = """
            {
              "driver": "qcow2", "node-name": "top",
              "file": {"driver": "file", "filename": "a.qcow2", "locking": true},
              "backing": {"driver": "raw", "size": 65536, "file": null},
              "children": [1, {"a": false}]
            }""";

    @Test
    void readOne_cutAnywhere_tellsThePlace() {
        for (int length = 0; length < GOOD.length(); length++) {
            assertPlaced(GOOD.substring(0, length));
        }
    }

    @ParameterizedTest
    @ValueSource(chars = {'}', ']', '{', '[', ',', ':', '%', '\u0001', '\u00e9'})
    void readOne_strayCharacterOutsideStrings_tellsThePlace(char stray) {
        boolean inString = false;
        for (int i = 0; i < GOOD.length(); i++) {
            char c = GOOD.charAt(i);
            if (!inString && !Character.isLetterOrDigit(c)) {
                assertPlaced(GOOD.substring(0, i) + stray + GOOD.substring(i));
            }
            inString ^= c == '"';
        }
    }

    @Test
    void readOne_anyCharactersReplaced_isReadOrRefusedInOrder(TestReporter reporter) {
        long seed = System.nanoTime();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        String alphabet = "{}[]:,.\"'\\0159-+eE nulltruefals\n\u0000\ud800/*#";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(GOOD);
            for (int edits = random.nextInt(1, 5); edits > 0; edits--) {
                text.setCharAt(random.nextInt(text.length()), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                JsonDefinitions.readAll(text.toString());
            } catch (BlockException e) {
                assertEquals(ErrorKind.INVALID_OPTION, e.kind());
                assertTrue(PLACE.matcher(e.problem()).find(), e.problem());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "5|expected a node definition { ... }, found '5' (line 1, column 1)",
        "''|expected a node definition { ... }, found nothing (line 1, column 1)",
        "[{},5]|expected a node definition { ... }, found '5' (line 1, column 5)",
        "[[]]|expected a node definition { ... }, found a list (line 1, column 2)",
        "{} {}|there is something behind the end of the definition: an object (line 1, column 4)",
        "{\"a\":{\"b\":1.5}}|value 1.5 is not allowed, only strings, whole numbers, true, false, null, objects and "
            + "lists are (line 1, column 11)",
        "{\"a\":1e3}|value 1e3 is not allowed, only strings, whole numbers, true, false, null, objects and "
            + "lists are (line 1, column 6)",
        "{\"a\":18446744073709551615}|number 18446744073709551615 is out of range, allowed is -9223372036854775808 to "
            + "9223372036854775807 (line 1, column 6)",
        "{\"a\":-9223372036854775809}|number -9223372036854775809 is out of range, allowed is -9223372036854775808 to "
            + "9223372036854775807 (line 1, column 6)",
        "{\"f\":\"x\",\"f.d\":1}|option 'f.d' contradicts another option: one name is given a value and options of "
            + "its own (line 1, column 16)",
        "{\"f\":null,\"f.d\":1}|option 'f.d' contradicts another option: one name is given a value and options of "
            + "its own (line 1, column 17)",
        "{\"f.d\":1,\"f\":5}|option 'f' contradicts another option: one name is given a value and options of "
            + "its own (line 1, column 14)",
        "{\"f\":{\"d\":1},\"f.d\":2}|option 'f.d' is given twice (line 1, column 20)",
        "{\"\":1}|an option of '' has no name (line 1, column 5)",
        "{\"a\":{\"\":1}}|an option of 'a' has no name (line 1, column 10)",
        "{\"a..b\":1}|option 'a..b' has an empty part (line 1, column 9)"})
    void readAll_fault_namesOptionValueAndPlace(String json, String problem) {
        assertEquals(problem, assertThrows(BlockException.class, () -> JsonDefinitions.readAll(json)).problem());
    }

    @Test
    void readOne_keyTwice_tellsTheKeyAndThePlace() {
        BlockException e = assertThrows(BlockException.class,
                () -> JsonDefinitions.readOne("{\"driver\":\"a\",\n  \"driver\":\"b\"}"));
        assertTrue(e.problem().startsWith("wrong JSON at line 2, column "), e.problem());
        assertTrue(e.problem().contains("\"driver\""), e.problem());
    }

    @ParameterizedTest
    @ValueSource(ints = {11_000, 100_000, 2_000_000})
    void readOne_nestedTooDeep_isRefusedWithoutDeepStack(int depth) {
        BlockException e = assertThrows(BlockException.class, () -> JsonDefinitions.readOne("{\"a\":".repeat(depth)));
        assertEquals("option '...a.a.a.a.a' is nested more than 10000 levels deep (line 1, column 50006)",
                e.problem());
    }

    @Test
    void readOne_listsNestedTooDeep_areRefused() {
        BlockException e = assertThrows(BlockException.class,
                () -> JsonDefinitions.readOne("{\"a\":" + "[".repeat(100_000)));
        assertTrue(e.problem().contains("nested more than 10000 levels deep"), e.problem());
    }

    @Test
    void readOne_nestedAsDeepAsAllowed_isRead() throws BlockException {
        Object node = JsonDefinitions.readOne("{\"a\":".repeat(10_000) + "{}" + "}".repeat(10_000)).options();
        int depth = 0;
        while (node instanceof java.util.Map<?, ?> map) {
            node = map.get("a");
            depth++;
        }
        assertEquals(10_001, depth);
    }

    @Test
    void readOne_numberOfAHundredThousandDigits_isRefused() {
        assertPlaced("{\"a\":" + "9".repeat(100_000) + "}");
    }

    private static void assertPlaced(String json) {
        try {
            JsonDefinitions.readOne(json);
            fail("was read: " + json);
        } catch (BlockException e) {
            assertEquals(ErrorKind.INVALID_OPTION, e.kind());
            Matcher place = PLACE.matcher(e.problem());
            assertTrue(place.find(), e.problem());
            int line = Integer.parseInt(place.group(1));
            assertTrue(line >= 1 && line <= json.lines().count() + 1, e.problem());
        }
    }
}
