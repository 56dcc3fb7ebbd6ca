// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.NodeDefinition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonDefinitionsTest {
    @Test
    void readOne_values_areJavaValues() throws BlockException {
        Map<String, Object> options = JsonDefinitions
                .readOne("{\"s\":\"a\\u00e9\",\"n\":-5,\"max\":9223372036854775807,\"t\":true,\"f\":false,\"z\":null}")
                .options();
        assertEquals("a\u00e9", options.get("s"));
        assertEquals(-5L, options.get("n"));
        assertEquals(Long.MAX_VALUE, options.get("max"));
        assertEquals(true, options.get("t"));
        assertEquals(false, options.get("f"));
        assertTrue(options.containsKey("z"));
        assertNull(options.get("z"));
    }

    @Test
    void readOne_order_isThatOfTheText() throws BlockException {
        assertEquals(List.of("z", "a", "m"),
                List.copyOf(JsonDefinitions.readOne("{\"z\":{\"q\":1},\"a\":2,\"m\":3,\"z.b\":4}").options().keySet()));
    }

    @Test
    void readOne_singleQuotes_areTakenAsInQemu() throws BlockException {
        assertEquals(Map.of("driver", "qcow2"), JsonDefinitions.readOne("{'driver':'qcow2'}").options());
    }

    @Test
    void readOne_dottedKeys_fallTogetherWithObjects() throws BlockException {
        assertEquals(Map.of("file", Map.of("driver", "file", "filename", "a", "cache", Map.of("direct", true))),
                JsonDefinitions.readOne("{\"file.cache.direct\":true,\"file\":{\"driver\":\"file\"},"
                        + "\"file.filename\":\"a\"}").options());
    }

    @Test
    void readOne_dottedKeyWithAnObject_fallsTogetherToo() throws BlockException {
        assertEquals(Map.of("a", Map.of("b", Map.of("c", 1L, "d", 2L))),
                JsonDefinitions.readOne("{\"a\":{\"b\":{\"c\":1}},\"a.b\":{\"d\":2}}").options());
    }

    @Test
    void readOne_listWithObjects_staysAList() throws BlockException {
        assertEquals(Map.of("children", List.of(Map.of("driver", "a"), "node", List.of())),
                JsonDefinitions.readOne("{\"children\":[{\"driver\":\"a\"},\"node\",[]]}").options());
    }

    @Test
    void readOne_indexesInKeys_areAList() throws BlockException {
        assertEquals(Map.of("children", List.of(Map.of("driver", "a"), Map.of("driver", "b"))),
                JsonDefinitions.readOne("{\"children\":[{\"driver\":\"a\"}],\"children.1.driver\":\"b\"}").options());
    }

    @Test
    void readOne_emptyObjects_stayObjects() throws BlockException {
        assertEquals(Map.of("file", Map.of()), JsonDefinitions.readOne("{\"file\":{}}").options());
    }

    @Test
    void readAll_oneObject_isOneDefinition() throws BlockException {
        assertEquals(List.of(new NodeDefinition(Map.of("driver", "a"))),
                JsonDefinitions.readAll(" {\"driver\":\"a\"}\n"));
    }

    @Test
    void readAll_array_keepsTheOrder() throws BlockException {
        assertEquals(List.of(new NodeDefinition(Map.of("driver", "a")), new NodeDefinition(Map.of("driver", "b"))),
                JsonDefinitions.readAll("[{\"driver\":\"a\"},{\"driver\":\"b\"}]"));
    }

    @Test
    void readAll_emptyArray_isNoDefinition() throws BlockException {
        assertEquals(List.of(), JsonDefinitions.readAll("[]"));
    }

    @Test
    void readOne_threeThousandBackingFiles_areRead() throws BlockException {
        String layer = "{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"a\"},\"backing\":";
        Object node = JsonDefinitions.readOne(layer.repeat(3_000) + "null" + "}".repeat(3_000)).options();
        int depth = 0;
        while (node instanceof Map<?, ?> map) {
            node = map.get("backing");
            depth++;
        }
        assertEquals(3_000, depth);
    }
}
