// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageReference;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.runtime.registry.DriverRegistry;
import dev.varve.runtime.testing.FakeDriver;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionReaderTest {
    private final DefinitionReader reader = new DefinitionReader(new DriverRegistry().behind(FakeDriver.usual()));

    @ParameterizedTest
    @CsvSource({"a.qcow2,a.qcow2", "./x:y,./x:y", "/d/x:y,/d/x:y", "file:a,a", "file:x:y,./x:y", "file://a,//a"})
    void parseName_file_isTheNameWithoutProtocol(String name, String filename) throws BlockException {
        assertEquals(Map.of("file", Map.of("driver", "file", "filename", filename)), reader.parseName(name).options());
    }

    @Test
    void parseName_device_isHostDevice() throws BlockException {
        assertEquals(Map.of("file", Map.of("driver", "host_device", "filename", "/dev/null")),
                reader.parseName("/dev/null").options());
    }

    @Test
    void parseName_deviceWithProtocol_isThatProtocol() throws BlockException {
        assertEquals(Map.of("file", Map.of("driver", "host_device", "filename", "/dev/x")),
                reader.parseName("host_device:/dev/x").options());
    }

    @ParameterizedTest
    @CsvSource({"null-co://", "null-co:"})
    void parseName_protocolWithoutFileName_hasTheDriverAlone(String name) throws BlockException {
        assertEquals(Map.of("file", Map.of("driver", "null-co")), reader.parseName(name).options());
    }

    @Test
    void parseName_protocolWithUrl_keepsTheWholeName() throws BlockException {
        assertEquals(Map.of("file", Map.of("driver", "http", "url", "http://h/disk")),
                reader.parseName("http://h/disk").options());
    }

    @Test
    void parseName_restBehindAProtocolThatTakesNone_isRefused() {
        assertEquals("the name 'null-co:foo' does not fit, driver 'null-co' takes no other than 'null-co://'",
                fault("null-co:foo"));
    }

    @Test
    void parseName_unknownProtocol_namesTheKnownAndTheWayOut() {
        assertEquals("unknown protocol 'fill' in 'fill:y'; did you mean 'file:'?; known are json, file, host_device, "
                + "http, null-co; a file of this name is written './fill:y'", fault("fill:y"));
    }

    @ParameterizedTest
    @CsvSource({"qcow2:a", ":a", "a.qcow2:", "' json:{}'"})
    void parseName_wordBeforeColonThatIsNoProtocol_isRefused(String name) {
        assertTrue(fault(name).startsWith("unknown protocol '" + name.substring(0, name.indexOf(':')) + "'"));
    }

    @Test
    void parseName_empty_isRefused() {
        assertEquals("the file name is empty", fault(""));
    }

    @Test
    void parseName_json_isTheDefinition() throws BlockException {
        assertEquals(Map.of("driver", "qcow2", "file", Map.of("driver", "file", "filename", "json:{x:y")),
                reader.parseName("json:{\"driver\":\"qcow2\",\"file.driver\":\"file\",'file.filename':'json:{x:y'}")
                        .options());
    }

    @Test
    void parseName_jsonArray_isRefused() {
        assertEquals("expected a node definition { ... }, found a list (line 1, column 1)", fault("json:[]"));
    }

    @Test
    void parseName_withFormat_statesTheDriverFirst() throws BlockException {
        NodeDefinition definition = reader.parseName("a", "raw");
        assertEquals(Map.of("driver", "raw", "file", Map.of("driver", "file", "filename", "a")), definition.options());
        assertEquals("driver", definition.options().keySet().iterator().next());
    }

    @Test
    void parseName_jsonWithFormat_formatWinsAsInQemu() throws BlockException {
        assertEquals("qcow2", reader.parseName("json:{'driver':'raw'}", "qcow2").options().get("driver"));
    }

    @Test
    void parseName_protocolAsFormat_hasNoFormatAbove() throws BlockException {
        assertEquals(Map.of("driver", "file", "filename", "a"), reader.parseName("file:a", "file").options());
    }

    @ParameterizedTest
    @CsvSource({"base,/d/top,/d/base", "../base,top,../base", "/abs,/d/top,/abs", "file:b,/d/top,file:b",
        "json:{},/d/top,json:{}", "/abs,'',/abs", "null-co://,json:{},null-co://"})
    void resolve_reference_isSeenFromTheImage(String name, String image, String resolved) throws BlockException {
        ImageReference reference = new ImageReference(name, Optional.of("raw"));
        assertEquals(new ImageReference(resolved, Optional.of("raw")), DefinitionReader.resolve(reference, image));
    }

    @ParameterizedTest
    @CsvSource({"''", "json:{}"})
    void resolve_relativeNameInAnImageWithoutFolder_isRefused(String image) {
        BlockException e = assertThrows(BlockException.class,
                () -> DefinitionReader.resolve(new ImageReference("base", Optional.empty()), image));
        assertEquals("the relative name 'base' found in an image cannot be resolved: the image '" + image
                + "' has no folder", e.problem());
    }

    @Test
    void definition_referenceWithoutFormat_leavesTheDriverOpen() throws BlockException {
        assertEquals(Optional.empty(), DefinitionReader.driverName(
                reader.definition(new ImageReference("base", Optional.empty())), false));
    }

    @Test
    void definition_referenceWithFormat_hasTheDriver() throws BlockException {
        assertEquals(Optional.of("qcow2"), DefinitionReader.driverName(
                reader.definition(new ImageReference("base", Optional.of("qcow2"))), false));
    }

    @ParameterizedTest
    @CsvSource({"/dev/null,host_device", "null-co://,file", "a,file"})
    void driverName_protocolWithFileNameAlone_looksForADevice(String filename, String driver) throws BlockException {
        assertEquals(Optional.of(driver),
                DefinitionReader.driverName(new NodeDefinition(Map.of("filename", filename)), true));
    }

    @Test
    void driverName_neitherDriverNorFile_isRefused() {
        NodeDefinition definition = new NodeDefinition(Map.of("filename", "a"));
        BlockException e = assertThrows(BlockException.class, () -> DefinitionReader.driverName(definition, false));
        assertEquals("a node definition has neither 'driver' nor 'file'", e.problem());
    }

    @Test
    void driverName_neitherDriverNorFilename_isRefused() {
        NodeDefinition definition = new NodeDefinition(Map.of("file", "a"));
        BlockException e = assertThrows(BlockException.class, () -> DefinitionReader.driverName(definition, true));
        assertEquals("a node definition has neither 'driver' nor 'filename'", e.problem());
    }

    @Test
    void driverName_noWord_isRefused() {
        NodeDefinition definition = new NodeDefinition(Map.of("driver", 5L));
        assertThrows(BlockException.class, () -> DefinitionReader.driverName(definition, true));
    }

    private String fault(String name) {
        BlockException e = assertThrows(BlockException.class, () -> reader.parseName(name));
        assertEquals(ErrorKind.INVALID_OPTION, e.kind());
        return e.problem();
    }
}
