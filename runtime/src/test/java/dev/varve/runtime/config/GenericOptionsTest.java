// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.NodeSettings.DetectZeroes;
import dev.varve.runtime.testing.FakeDriver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenericOptionsTest {
    private static final String FILE = "\"file\":{\"driver\":\"file\",\"filename\":\"a\"}";

    @Test
    void split_nothingGeneric_saysNothing() throws BlockException {
        NodeOptions options = split("");
        assertEquals(GenericSettings.NONE, options.settings());
        assertEquals(Optional.empty(), options.name());
    }

    @Test
    void split_everyGenericOption_isRead() throws BlockException {
        NodeOptions options = split("\"node-name\":\"top\",\"read-only\":true,\"auto-read-only\":false,"
                + "\"force-share\":\"on\",\"cache\":{\"direct\":true,\"no-flush\":\"off\"},\"discard\":\"unmap\","
                + "\"detect-zeroes\":\"unmap\",\"chain-collapse\":\"off\",");
        assertEquals(new GenericSettings(Optional.of(true), Optional.of(false), Optional.of(true), Optional.of(true),
                Optional.of(false), Optional.of(true), Optional.of(DetectZeroes.UNMAP), Optional.of(false)),
                options.settings());
        assertEquals(Optional.of(new NodeName("top")), options.name());
    }

    @ParameterizedTest
    @CsvSource({"unmap,true", "on,true", "ignore,false", "off,false"})
    void split_discard_takesQemusFourWords(String word, boolean unmap) throws BlockException {
        assertEquals(Optional.of(unmap), split("\"discard\":\"" + word + "\",").settings().discardUnmap());
    }

    @Test
    void split_dottedKeysOfAProgram_nest() throws BlockException {
        NodeDefinition definition = JsonDefinitions.readOne("{\"driver\":\"qcow2\"," + FILE + "}")
                .with("cache.direct", true).with("file.locking", "off");
        NodeOptions options = GenericOptions.split(definition, FakeDriver.qcow2());
        assertEquals(Optional.of(true), options.settings().cacheDirect());
        assertEquals(new ChildOption.Nested(new NodeDefinition(
                Map.of("driver", "file", "filename", "a", "locking", "off"))), options.children().get("file"));
    }

    @Test
    void split_children_areDefinitionsNamesOrNone() throws BlockException {
        assertEquals(new ChildOption.Nested(new NodeDefinition(Map.of("driver", "file", "filename", "a"))),
                split("").children().get("file"));
        assertEquals(new ChildOption.Named(new NodeName("base")),
                split("\"backing\":\"base\",").children().get("backing"));
        assertEquals(new ChildOption.None(), split("\"backing\":null,").children().get("backing"));
        assertEquals(new ChildOption.None(), split("\"backing\":\"\",").children().get("backing"));
    }

    @Test
    void split_childThatIsNotGiven_isAbsent() throws BlockException {
        assertFalse(split("").children().containsKey("backing"));
    }

    @Test
    void split_driversOptions_haveNeitherChildrenNorGenericOnes() throws BlockException {
        NodeOptions options = split("\"read-only\":true,\"cache-size\":\"1M\",");
        assertEquals(Map.of("lazy-refcounts", false, "cache-size", 1L << 20), options.options().values());
    }

    @Test
    void split_objectOfADriversOption_isReadByDottedNames() throws BlockException {
        NodeOptions options = split("\"encrypt\":{\"key-secret\":\"s\"},\"overlap-check\":{\"template\":\"all\"},");
        assertEquals("s", options.options().text("encrypt.key-secret"));
        assertEquals("all", options.options().text("overlap-check.template"));
    }

    @ParameterizedTest
    @CsvSource({"reado-only,read-only", "chache.direct,cache.direct", "discrad,discard", "node-nam,node-name",
        "bakcing,backing", "lazy-refcount,lazy-refcounts", "l2-cache-sise,l2-cache-size", "fil,file",
        "detect-zeros,detect-zeroes"})
    void split_unknownOption_namesTheNearestOfAll(String written, String meant) {
        String problem = fault("\"" + written + "\":\"x\",");
        String shown = written.startsWith("chache") ? "chache" : written;
        assertTrue(problem.startsWith("unknown option '" + shown + "' of driver 'qcow2'"), problem);
        if (shown.equals(written)) {
            assertTrue(problem.endsWith("; did you mean '" + meant + "'?"), problem);
        }
    }

    @Test
    void split_missingChild_isNamed() {
        BlockException e = assertThrows(BlockException.class, () -> GenericOptions.split(
                new NodeDefinition(Map.of("driver", "qcow2")), FakeDriver.qcow2()));
        assertEquals("option 'file' of driver 'qcow2' is missing (node definition or node-name)", e.problem());
    }

    @ParameterizedTest
    @ValueSource(strings = {"9a", "a b", "", "#block1", "a23456789012345678901234567890123"})
    void split_badNodeName_quotesIt(String name) {
        String problem = fault("\"node-name\":\"" + name + "\",");
        assertTrue(problem.startsWith("option 'node-name': invalid node-name '" + name + "': "), problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "#block1"})
    void split_badReference_quotesIt(String name) {
        String problem = fault("\"backing\":\"" + name + "\",");
        assertTrue(problem.startsWith("option 'backing': invalid node-name '" + name + "': "), problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read-only", "auto-read-only", "force-share", "cache.direct", "cache.no-flush",
        "lazy-refcounts"})
    void split_flagOfAnotherType_tellsOptionValueAndAllowed(String option) {
        for (String value : List.of("5", "null", "\"maybe\"", "\"\"", "\"On\"", "[]", "{}", "[true]", "{\"a\":1}")) {
            assertFault(option, value, "boolean (on/off)");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"discard|one of ignore, unmap, off, on",
        "detect-zeroes|one of off, on, unmap"})
    void split_choiceOfAnotherType_tellsOptionValueAndAllowed(String option, String allowed) {
        for (String value : List.of("5", "null", "true", "\"foo\"", "\"\"", "\"UNMAP\"", "[]", "{}")) {
            assertFault(option, value, allowed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"node-name", "driver"})
    void split_textOfAnotherType_tellsOptionValueAndAllowed(String option) {
        for (String value : List.of("null", "true", "[]", "{}", "[\"a\"]")) {
            assertFault(option, value, "string");
        }
    }

    @Test
    void split_sizeOfAnotherType_tellsOptionValueAndAllowed() {
        for (String value : List.of("null", "true", "[]", "{}")) {
            assertFault("cache-size", value, "size (bytes, with suffix k, M, G, T, P or E)");
        }
        for (String value : List.of("x", "-1", "1X", "", "9223372036854775808", "8E")) {
            String problem = fault("\"cache-size\":\"" + value + "\",");
            assertTrue(problem.startsWith("option 'cache-size' of driver 'qcow2': '" + value + "' is not a size"),
                    problem);
        }
    }

    @ParameterizedTest
    @CsvSource({"511", "4097", "-1", "9223372036854775807"})
    void split_numberOutOfRange_tellsValueAndRange(String value) {
        assertEquals("option 'l2-cache-size' of driver 'qcow2': value " + value
                + " is out of range, allowed is 512 to 4096", fault("\"l2-cache-size\":" + value + ","));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "true", "null", "[]", "[{}]"})
    void split_childOfAnotherType_tellsOptionValueAndAllowed(String value) {
        BlockException e = assertThrows(BlockException.class, () -> GenericOptions.split(
                JsonDefinitions.readOne("{\"driver\":\"qcow2\",\"file\":" + value + "}"), FakeDriver.qcow2()));
        assertTrue(e.problem().startsWith("option 'file' of driver 'qcow2': value "), e.problem());
        assertTrue(e.problem().endsWith("allowed is: node definition or node-name"), e.problem());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lazy-refcounts", "cache-size", "overlap-check", "discard", "cache.direct", "nonsense"})
    void split_deepObjectForAPlainOption_isRefusedWithoutDeepStack(String option) {
        String deep = "{\"a\":".repeat(9_000) + "1" + "}".repeat(9_000);
        assertTrue(fault("\"" + option + "\":" + deep + ",").length() < 1_000);
    }

    @Test
    void child_deepListForAFile_isRefusedWithoutDeepStack() throws BlockException {
        NodeDefinition definition = JsonDefinitions.readOne(
                "{\"file\":" + "[".repeat(9_000) + "]".repeat(9_000) + "}");
        BlockException e = assertThrows(BlockException.class, () -> GenericOptions.child(definition, "file"));
        assertEquals("option 'file': value [...] does not fit, allowed is: node definition or node-name",
                e.problem());
    }

    private static void assertFault(String option, String value, String allowed) {
        String problem = fault("\"" + option + "\":" + value + ",");
        assertTrue(problem.startsWith("option '" + option + "' of driver 'qcow2': value "), problem);
        assertTrue(problem.endsWith("does not fit, allowed is: " + allowed), problem);
    }

    private static NodeOptions split(String options) throws BlockException {
        boolean stated = options.contains("\"driver\"");
        return GenericOptions.split(JsonDefinitions.readOne("{" + options + (stated ? "" : "\"driver\":\"qcow2\",")
                + FILE + "}"), FakeDriver.qcow2());
    }

    private static String fault(String options) {
        return assertThrows(BlockException.class, () -> split(options), options).problem();
    }
}
