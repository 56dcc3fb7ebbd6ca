// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.ProbeHead;
import dev.varve.runtime.testing.FakeDriver;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriverLookupTest {
    private final DriverRegistry registry = new DriverRegistry();
    private final ProbeHead head = new ProbeHead(ByteBuffer.allocate(512), "disk.img");

    @Test
    void require_knownName_isTheDriver() throws BlockException {
        BlockDriver raw = FakeDriver.format("raw", 1);
        registry.add(raw);
        assertSame(raw, registry.require("raw"));
    }

    @Test
    void require_unknownName_namesNearestAndInstalled() {
        registry.add(FakeDriver.format("qcow2", 100));
        registry.add(FakeDriver.format("raw", 1));
        BlockException e = assertThrows(BlockException.class, () -> registry.require("qcow"));
        assertEquals(ErrorKind.NOT_FOUND, e.kind());
        assertEquals("unknown driver 'qcow'; did you mean 'qcow2'?; installed are qcow2, raw", e.problem());
    }

    @Test
    void require_nothingInstalled_saysSo() {
        BlockException e = assertThrows(BlockException.class, () -> registry.require("raw"));
        assertEquals("unknown driver 'raw'; no driver is installed", e.problem());
    }

    @Test
    void probe_severalScores_highestWins() {
        BlockDriver qcow2 = FakeDriver.format("qcow2", 100);
        registry.add(FakeDriver.format("raw", 1));
        registry.add(qcow2);
        registry.add(FakeDriver.format("vmdk", 0));
        assertSame(qcow2, registry.probe(head).orElseThrow());
    }

    @Test
    void probe_nobodyIsSure_isEmpty() {
        registry.add(FakeDriver.format("vmdk", 0));
        assertTrue(registry.probe(head).isEmpty());
    }

    @Test
    void probe_aDriverThrows_othersAreAsked() {
        BlockDriver raw = FakeDriver.format("raw", 1);
        registry.add(FakeDriver.format("broken", -1));
        registry.add(raw);
        assertSame(raw, registry.probe(head).orElseThrow());
    }

    @Test
    void behind_sameName_theLatestOfTheFirstWins() {
        BlockDriver own = FakeDriver.format("raw", 1);
        BlockDriver later = FakeDriver.format("raw", 1);
        registry.add(FakeDriver.format("raw", 1));
        DriverLookup layered = registry.behind(List.of(own, later));
        assertSame(later, layered.find("raw").orElseThrow());
        assertEquals(List.of(later), List.copyOf(layered.drivers()));
    }

    @Test
    void behind_driverAddedLater_isSeen() {
        DriverLookup layered = registry.behind(List.of(FakeDriver.format("own", 1)));
        BlockDriver raw = FakeDriver.format("raw", 1);
        registry.add(raw);
        assertSame(raw, layered.find("raw").orElseThrow());
        assertEquals(2, layered.drivers().size());
    }
}
