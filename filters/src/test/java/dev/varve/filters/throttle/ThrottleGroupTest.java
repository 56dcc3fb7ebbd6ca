// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThrottleGroupTest {
    private static final long SECOND = 1_000_000_000L;

    private long now;

    /** Time passes when somebody waits for it. */
    private final ThrottleClock clock = new ThrottleClock() {
        @Override
        public long nanos() {
            return now;
        }

        @Override
        public boolean advance(long nanos) {
            now += nanos;
            return true;
        }
    };

    private static Map<String, Object> limits(Object... pairs) {
        Map<String, Object> limits = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            limits.put("limits." + pairs[i], pairs[i + 1]);
        }
        return limits;
    }

    private ThrottleGroup group(Object... pairs) throws BlockException {
        return new ThrottleGroup("g", ThrottleLimits.none().with(limits(pairs)), clock);
    }

    /** How many requests pass in some seconds. */
    private long passed(ThrottleGroup group, Direction direction, long bytes, long seconds) {
        ThrottleMember member = group.join();
        long end = now + seconds * SECOND;
        long count = 0;
        while (true) {
            group.admit(member, direction, bytes);
            if (now >= end) {
                group.leave(member);
                return count;
            }
            count++;
        }
    }

    private static void assertNear(long expected, long actual) {
        assertTrue(Math.abs(actual - expected) <= expected * 3 / 100, "expected " + expected + ", was " + actual);
    }

    @Test
    void iopsTotal_overTenSeconds_isKept() throws BlockException {
        assertNear(1000 * 10, passed(group("iops-total", 1000L), Direction.READ, 4096, 10));
    }

    @Test
    void bpsWrite_overTenSeconds_isKeptForWritesAlone() throws BlockException {
        ThrottleGroup group = group("bps-write", 1L << 20);
        assertNear(160 * 10 / 10, passed(group, Direction.WRITE, 65536, 10));
        long before = now;
        group.admit(group.join(), Direction.READ, 1 << 30);
        assertEquals(before, now, "a read was held");
    }

    @Test
    void burst_ofFiveSeconds_passesAtItsOwnRateAndThenTheAverageHolds() throws BlockException {
        ThrottleGroup group = group("iops-total", 100L, "iops-total-max", 1000L, "iops-total-max-length", 5L);
        // A tenth of a second's worth of the burst passes at once; what leaked meanwhile prolongs the burst.
        assertNear(1000 * 5 + 100, passed(group, Direction.READ, 512, 5));
        assertNear(100 * 10 + (5 * 100 - 100), passed(group, Direction.READ, 512, 10));
    }

    @Test
    void iopsSize_ofALargeRequest_countsItAsSeveral() throws BlockException {
        assertNear(1000 * 10 / 4, passed(group("iops-total", 1000L, "iops-size", 4096L), Direction.READ, 16384, 10));
    }

    @Test
    void limits_thatContradict_areRefusedAndChangeNothing() throws BlockException {
        ThrottleGroup group = group("iops-total", 100L);
        for (Map<String, Object> wrong : List.of(limits("iops-read", 5L), limits("bps-total-max", 5L),
                limits("iops-total-max", 50L), limits("iops-total-max-length", 0L),
                limits("iops-total-max-length", 2L), limits("iops-total", 1_000_000_000_000_001L))) {
            assertThrows(BlockException.class, () -> group.change(wrong), wrong.toString());
        }
        assertEquals(100L, group.properties().get("limits.iops-total"));
        assertThrows(BlockException.class, () -> group("bps-total", 5L, "iops-size", 4096L));
    }

    /** Three disks with one, two and four requests at once: the limit is kept, and each gets its third. */
    @Test
    void group_ofThreeDisksOfUnequalDemand_isFair() throws Exception {
        int seconds = Integer.getInteger("varve.throttle.seconds", 1);
        long rate = 3000;
        ThrottleGroup group = new ThrottleGroup("g", ThrottleLimits.none().with(limits("iops-total", rate)),
                ThrottleClock.SYSTEM);
        List<AtomicLong> counts = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long end = System.nanoTime() + seconds * SECOND;
        for (int demand = 1; demand <= 4; demand *= 2) {
            ThrottleMember member = group.join();
            AtomicLong count = new AtomicLong();
            counts.add(count);
            for (int i = 0; i < demand; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    while (System.nanoTime() < end) {
                        group.admit(member, Direction.READ, 512);
                        count.incrementAndGet();
                    }
                }));
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long total = counts.stream().mapToLong(AtomicLong::get).sum();
        long room = rate / 10;
        assertNear(rate * seconds + room, total);
        for (AtomicLong count : counts) {
            assertTrue(count.get() > (total - room) / 3 * 9 / 10, counts + " is not fair");
        }
    }
}
