// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.NodeSettings.DetectZeroes;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectiveSettingsTest {
    private static final Set<ChildRole> STORAGE = Set.of(ChildRole.DATA, ChildRole.METADATA, ChildRole.PRIMARY);
    private static final Set<ChildRole> BACKING = Set.of(ChildRole.COW);

    @Test
    void root_nothingSaid_isTheDefault() throws BlockException {
        assertEquals(new EffectiveSettings(NodeSettings.DEFAULT, false), EffectiveSettings.root(GenericSettings.NONE));
    }

    @Test
    void child_storage_inheritsAllButDetectZeroesAndDiscards() throws BlockException {
        EffectiveSettings parent = root("read-only=on,auto-read-only=on,force-share=on,cache.direct=on,"
                + "cache.no-flush=on,detect-zeroes=on,discard=ignore");
        NodeSettings expected = new NodeSettings(true, true, true, true, true, DetectZeroes.OFF, true);
        assertEquals(new EffectiveSettings(expected, true), parent.child(STORAGE, GenericSettings.NONE));
    }

    @Test
    void child_backing_isReadOnlyWithoutAuto() throws BlockException {
        EffectiveSettings backing = root("auto-read-only=on,cache.no-flush=on").child(BACKING, GenericSettings.NONE);
        NodeSettings expected = new NodeSettings(true, false, false, true, true, DetectZeroes.OFF, true);
        assertEquals(new EffectiveSettings(expected, false), backing);
    }

    @Test
    void child_whatItSaysItself_wins() throws BlockException {
        EffectiveSettings child = root("cache.direct=on,cache.no-flush=on").child(BACKING,
                own("read-only=off,auto-read-only=on,cache.direct=off,cache.no-flush=off,discard=ignore,"
                        + "detect-zeroes=on"));
        NodeSettings expected = new NodeSettings(false, false, false, false, false, DetectZeroes.ON, true);
        assertEquals(new EffectiveSettings(expected, true), child);
    }

    @Test
    void child_grandchild_inheritsWhatItsParentInherited() throws BlockException {
        EffectiveSettings storageOfBacking = root("cache.direct=on").child(BACKING, GenericSettings.NONE)
                .child(STORAGE, GenericSettings.NONE);
        assertTrue(storageOfBacking.node().readOnly());
        assertTrue(storageOfBacking.node().cacheDirect());
    }

    @Test
    void root_forceShareWithoutReadOnly_isRefused() {
        assertEquals("option 'force-share': value on needs read-only=on", fault("force-share=on"));
    }

    @Test
    void child_inheritedForceShareWithOwnWriting_isRefused() throws BlockException {
        EffectiveSettings parent = root("read-only=on,force-share=on");
        GenericSettings own = own("read-only=off");
        assertThrows(BlockException.class, () -> parent.child(STORAGE, own));
    }

    @Test
    void child_forceShareOfABackingFile_isFine() throws BlockException {
        assertTrue(root("").child(BACKING, own("force-share=on")).node().forceShare());
    }

    @Test
    void root_detectZeroesUnmapWithoutDiscard_isRefused() {
        assertEquals("option 'detect-zeroes': value unmap needs discard=unmap", fault("detect-zeroes=unmap"));
    }

    @Test
    void child_detectZeroesUnmap_isFineBecauseDiscardsArePassedOn() throws BlockException {
        assertEquals(DetectZeroes.UNMAP, root("").child(STORAGE, own("detect-zeroes=unmap")).node().detectZeroes());
    }

    @ParameterizedTest
    @CsvSource({"FORMAT,false,DATA,true", "FORMAT,false,COW,false", "FORMAT,true,COW,true", "FILTER,false,DATA,false",
        "FILTER,true,DATA,false", "FILTER,false,FILTERED,false", "FILTER,true,FILTERED,true",
        "FILTER,false,METADATA,true", "PROTOCOL,true,DATA,false"})
    void expectsProtocol_parentAndRole_followQemu(NodeKind parent, boolean parentIsProtocol, ChildRole role,
            boolean expected) {
        assertEquals(expected, EffectiveSettings.expectsProtocol(parent, parentIsProtocol, Set.of(role)));
    }

    @Test
    void expectsProtocol_filteredPrimaryOfAFilter_isProbed() {
        assertFalse(EffectiveSettings.expectsProtocol(NodeKind.FILTER, false,
                Set.of(ChildRole.FILTERED, ChildRole.PRIMARY)));
    }

    private static GenericSettings own(String options) throws BlockException {
        return GenericOptions.settings(new NodeDefinition(Map.copyOf(OptionString.read(options))));
    }

    private static EffectiveSettings root(String options) throws BlockException {
        return EffectiveSettings.root(own(options));
    }

    private static String fault(String options) {
        return assertThrows(BlockException.class, () -> root(options)).problem();
    }
}
