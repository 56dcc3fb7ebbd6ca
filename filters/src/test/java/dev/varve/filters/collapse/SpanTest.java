// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.conformance.workload.Seed;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Runs in a list and in a span tell what an array of words says. */
class SpanTest {
    private static final int GRANULE_BITS = 9;
    private static final int LENGTH = 64 << GRANULE_BITS;
    private static final Span.Knowledge ALL = new Span.Knowledge(9, -1);

    private static Span span(RunList runs) {
        return Span.of(runs, GRANULE_BITS, ALL);
    }

    private static RunList scattered(int count) {
        RunList runs = new RunList();
        for (int i = 0; i < count; i++) {
            runs.add((i + 1) * (LENGTH / count), RunWord.of(RunKind.DATA, i % 7, (long) (i * 977 % count) << 16));
        }
        return runs;
    }

    @Test
    void add_continuedRun_becomesOne() {
        RunList runs = new RunList();
        runs.add(1024, RunWord.of(RunKind.DATA, 2, 8192));
        runs.add(2048, RunWord.of(RunKind.DATA, 2, 8192 + 1024));
        runs.add(4096, RunWord.of(RunKind.DATA, 2, 8192 + 4096));
        assertEquals(2, runs.count());
    }

    @Test
    void addPart_atAnOddPosition_asksTheLayer() {
        RunList runs = new RunList();
        runs.add(100, RunWord.of(RunKind.ZERO, 1));
        runs.addPart(1000, RunWord.of(RunKind.DATA, 4, 0), 0);
        assertEquals(RunWord.of(RunKind.ASK, 4), runs.word(1));
    }

    @Test
    void span_ofOneRun_takesLittle() {
        assertTrue(span(scattered(1)).bytes() <= 128);
    }

    @Test
    void span_ofScatteredGranules_isFlat() {
        assertTrue(span(scattered(64)).bytes() <= 64 * Long.BYTES + 128);
    }

    @Test
    void find_anyRuns_equalsAnArray() {
        Seed.run(random -> {
            for (int round = 0; round < 200; round++) {
                RunList runs = random(random, random.nextBoolean() ? 512 : 64);
                compare(runs, span(runs));
            }
        });
    }

    private static RunList random(Random random, int grain) {
        RunList runs = new RunList();
        while (runs.length() < LENGTH) {
            int end = Math.min(LENGTH, runs.length() + grain * (1 + random.nextInt(3)));
            RunKind kind = RunKind.values()[random.nextInt(RunKind.values().length)];
            runs.add(end, kind == RunKind.UNKNOWN ? RunWord.UNKNOWN
                    : RunWord.of(kind, random.nextInt(3), kind.isStored() ? 512L * random.nextInt(4) : 0));
        }
        return runs;
    }

    private static void compare(RunList runs, Span span) {
        for (int at = 0; at < LENGTH; at += 64) {
            int expected = 0;
            while (runs.end(expected) <= at) {
                expected++;
            }
            int run = span.find(at);
            int begin = span.start(run);
            long word = RunWord.advanced(span.word(run), at - begin);
            assertEquals(RunWord.advanced(runs.word(expected), at - runs.start(expected)), word, "at " + at);
            assertEquals(runs.end(expected), span.continuedEnd(run, LENGTH), "end of the run at " + at);
            assertEquals(runs.word(expected) == RunWord.UNKNOWN,
                    new Probe(runs).isUnknown(at), "unknown at " + at);
        }
    }

    /** Asks a span that does not know all. */
    private record Probe(RunList runs) {
        boolean isUnknown(int at) {
            return Span.of(runs, GRANULE_BITS, new Span.Knowledge(9, 3)).hasUnknown(at, at + 1);
        }
    }

    @Test
    void over_unknownParts_areTakenFromBelow() {
        RunList upper = new RunList();
        upper.add(1000, RunWord.UNKNOWN);
        upper.add(2000, RunWord.of(RunKind.ZERO, 5));
        upper.add(3000, RunWord.UNKNOWN);
        RunList lower = new RunList();
        lower.add(1500, RunWord.of(RunKind.NOTHING, 1));
        lower.add(2500, RunWord.of(RunKind.ASK, 2));
        lower.add(3000, RunWord.UNKNOWN);

        RunList both = upper.over(lower);

        assertEquals(4, both.count());
        assertEquals(RunWord.of(RunKind.NOTHING, 1), both.word(0));
        assertEquals(1000, both.end(0));
        assertEquals(RunWord.of(RunKind.ZERO, 5), both.word(1));
        assertEquals(RunWord.of(RunKind.ASK, 2), both.word(2));
        assertEquals(2500, both.end(2));
        assertEquals(RunWord.UNKNOWN, both.word(3));
        assertFalse(both.hasUnknown(0, 2500));
        assertTrue(both.hasUnknown(2499, 2501));
    }
}
