// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.spi.ChainLayer.Range;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContentLogTest {
    private static final long MIB = 1 << 20;

    private final ContentLog log = new ContentLog();

    @Test
    void version_nothingChanged_stays() {
        assertEquals(log.version(), log.version());
        assertEquals(Optional.of(List.of()), log.changesSince(log.version()));
    }

    @Test
    void changesSince_neighbouringChanges_areOneRange() {
        long before = log.version();
        log.changed(5 * MIB + 7, 10, false);
        log.changed(6 * MIB, MIB, false);
        log.changed(4 * MIB + 1, 1, false);
        assertEquals(Optional.of(List.of(new Range(4 * MIB, 3 * MIB))), log.changesSince(before));
    }

    @Test
    void changesSince_severalVersions_tellsAllOfThem() {
        long before = log.version();
        log.changed(0, 1, false);
        long between = log.version();
        log.changed(100 * MIB, 1, false);
        assertEquals(Optional.of(List.of(new Range(0, MIB), new Range(100 * MIB, MIB))), log.changesSince(before));
        assertEquals(Optional.of(List.of(new Range(100 * MIB, MIB))), log.changesSince(between));
    }

    @Test
    void changesSince_aVersionTooOld_isNotKnown() {
        long before = log.version();
        for (int i = 0; i < 40; i++) {
            log.changed(i * MIB, 1, false);
            assertTrue(log.version() > before);
        }
        assertEquals(Optional.empty(), log.changesSince(before));
    }

    @Test
    void changesSince_everythingChanged_isNotKnown() {
        long before = log.version();
        log.everythingChanged();
        assertEquals(Optional.empty(), log.changesSince(before));
        assertEquals(Optional.of(List.of()), log.changesSince(log.version()));
    }

    @Test
    void changesSince_tooManyPlaces_isNotKnown() {
        long before = log.version();
        for (long i = 0; i < 1000; i++) {
            log.changed(2 * i * MIB, 1, false);
        }
        assertEquals(Optional.empty(), log.changesSince(before));
    }

    @Test
    void changesSince_toTheEndOfTime_isOneRange() {
        long before = log.version();
        log.changed(3 * MIB, Long.MAX_VALUE, false);
        Range range = log.changesSince(before).orElseThrow().getFirst();
        assertEquals(3 * MIB, range.offset());
        assertTrue(range.bytes() > Long.MAX_VALUE / 2);
    }

    @Test
    void changed_byUserOrParent_isCountedApart() {
        log.changed(0, 1, true);
        log.changed(0, 1, false);
        log.changed(0, 1, false);
        assertEquals(1, log.foreign());
        assertEquals(2, log.own());
    }
}
