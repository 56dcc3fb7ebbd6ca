// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.spi.BlockDriver;
import dev.varve.runtime.testing.FakeDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DriverRegistryTest {
    private final DriverRegistry registry = new DriverRegistry();
    private final BlockDriver first = FakeDriver.format("qcow2", 100);
    private final BlockDriver second = FakeDriver.format("qcow2", 100);
    private final List<BlockDriver> gone = new ArrayList<>();

    @Test
    void find_nameNobodyAdded_isEmpty() {
        assertEquals(Optional.empty(), registry.find("qcow2"));
    }

    @Test
    void add_twoOfOneRanking_theLaterWins() {
        registry.add(first);
        registry.add(second);
        assertSame(second, registry.find("qcow2").orElseThrow());
    }

    @Test
    void add_lowerRankingLater_theHigherWins() {
        registry.add(first, Precedence.ofRanking(1));
        registry.add(second, Precedence.ofRanking(-1));
        assertSame(first, registry.find("qcow2").orElseThrow());
    }

    @Test
    void remove_theWinner_bringsTheOtherBack() {
        registry.add(first);
        registry.add(second).remove();
        assertSame(first, registry.find("qcow2").orElseThrow());
    }

    @Test
    void remove_theLast_nameIsFreeAndGoneFromTheList() {
        registry.add(first).remove();
        assertTrue(registry.find("qcow2").isEmpty());
        assertTrue(registry.drivers().isEmpty());
    }

    @Test
    void drivers_severalOfAName_listsTheWinnersByName() {
        BlockDriver raw = FakeDriver.format("raw", 1);
        BlockDriver zip = FakeDriver.format("zip", 1);
        registry.add(zip);
        registry.add(first);
        registry.add(raw);
        registry.add(second);
        assertEquals(List.of(second, raw, zip), List.copyOf(registry.drivers()));
    }

    @Test
    void remove_whenListenersHear_driverCannotBeFoundAnyMore() {
        List<Boolean> found = new ArrayList<>();
        registry.addListener(driver -> found.add(registry.find("qcow2").isPresent()));
        registry.add(first).remove();
        assertEquals(List.of(false), found);
    }

    @Test
    void remove_shadowedDriver_listenersHearOfItToo() {
        DriverRegistry.Registration shadowed = registry.add(first);
        registry.add(second);
        registry.addListener(gone::add);
        shadowed.remove();
        assertEquals(List.of(first), gone);
        assertSame(second, registry.find("qcow2").orElseThrow());
    }

    @Test
    void remove_twice_listenersHearOnce() {
        registry.addListener(gone::add);
        DriverRegistry.Registration registration = registry.add(first);
        registration.remove();
        registration.remove();
        assertEquals(List.of(first), gone);
    }

    @Test
    void remove_instanceThatWasAddedTwice_listenersHearWithTheLastOne() {
        registry.addListener(gone::add);
        DriverRegistry.Registration one = registry.add(first);
        DriverRegistry.Registration two = registry.add(first);
        one.remove();
        assertEquals(List.of(), gone);
        two.remove();
        assertEquals(List.of(first), gone);
    }

    @Test
    void remove_listenerThrows_othersHear() {
        registry.addListener(driver -> {
            throw new IllegalStateException("no");
        });
        registry.addListener(gone::add);
        registry.add(first).remove();
        assertEquals(List.of(first), gone);
    }

    @Test
    void removeListener_laterRemoval_isNotHeard() {
        DriverRegistry.RemovalListener listener = gone::add;
        registry.addListener(listener);
        registry.removeListener(listener);
        registry.add(first).remove();
        assertEquals(List.of(), gone);
    }

    @Test
    void source_untilSomebodyLooks_isNotAsked() {
        AtomicInteger asked = new AtomicInteger();
        DriverRegistry lazy = new DriverRegistry(() -> {
            asked.incrementAndGet();
            return List.of(first);
        });
        assertEquals(0, asked.get());
        lazy.find("raw");
        lazy.drivers();
        assertEquals(1, asked.get());
    }

    @Test
    void source_driverAddedBeforeAnybodyLooks_theAddedOneWins() {
        DriverRegistry lazy = new DriverRegistry(() -> List.of(first));
        lazy.add(second);
        assertSame(second, lazy.find("qcow2").orElseThrow());
    }

    @Test
    void find_whileOthersAddAndRemove_neverMissesADriverThatStays() throws InterruptedException {
        registry.add(first);
        Thread editor = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 2_000; i++) {
                registry.add(second).remove();
            }
        });
        int missed = 0;
        while (editor.isAlive()) {
            missed += registry.find("qcow2").isPresent() ? 0 : 1;
        }
        editor.join();
        assertEquals(0, missed);
    }
}
