// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.benchmarks.result.Measure;
import dev.varve.benchmarks.result.Part;
import dev.varve.benchmarks.result.Program;
import dev.varve.benchmarks.result.Results;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.result.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictsTest {
    private static Row row(Workload workload, String shape, int layers, Program program, double seconds) {
        return Row.of(workload, shape, layers, program, 1, List.of(seconds));
    }

    private static Verdict.Outcome outcome(String claim, Row... rows) {
        return outcome(claim, new Results(List.of(), List.of(rows), List.of()));
    }

    private static Verdict.Outcome outcome(String claim, Results results) {
        List<Verdict> found = Verdicts.of(results).stream().filter(verdict -> verdict.claim().startsWith(claim))
                .toList();
        assertEquals(1, found.size(), claim);
        return found.getFirst().outcome();
    }

    @Test
    void flat_ratioAtTheBound_passes() {
        Row row = row(Workload.SEQUENTIAL_64K, "stripe", 300, Program.VARVE, 1);
        String claim = "stripe, N = 300, sequential 64 KiB, T(N)/T(1)";
        assertEquals(Verdict.Outcome.PASS, outcome(claim, row.with(Measure.RATIO_TO_ONE, 1.10)));
        assertEquals(Verdict.Outcome.MISS, outcome(claim, row.with(Measure.RATIO_TO_ONE, 1.11)));
    }

    @Test
    void flat_scatter_isJudgedByTheFloor() {
        Row row = row(Workload.CONVERT, "scatter", 10, Program.VARVE, 1).with(Measure.RATIO_TO_ONE, 5)
                .with(Measure.RATIO_TO_FLOOR, 1.05);
        assertEquals(Verdict.Outcome.PASS, outcome("scatter, N = 10, convert to null, against bare reads", row));
    }

    @Test
    void flat_notMeasured_isOpen() {
        assertEquals(Verdict.Outcome.OPEN, outcome("top, N = 1,000, convert to null"));
    }

    @Test
    void againstQemu_differentNumbersOfRequests_areComparedByTheRequest() {
        Row ours = Row.of(Workload.RANDOM_4K, "scatter", 1000, Program.VARVE, 1000, List.of(1e-3));
        Row theirs = Row.of(Workload.RANDOM_4K, "scatter", 1000, Program.QEMU, 10, List.of(25e-3));
        assertEquals(Verdict.Outcome.PASS, outcome("scatter, N = 1,000, random 4 KiB, depth 1: Varve", ours, theirs));
    }

    @Test
    void againstQemu_stoppedBeforeTheBound_isOpen() {
        String claim = "scatter, N = 1,000, convert to null: Varve";
        Row ours = row(Workload.CONVERT, "scatter", 1000, Program.VARVE_WARM, 1);
        Row theirs = row(Workload.CONVERT, "scatter", 1000, Program.QEMU, 20);
        assertEquals(Verdict.Outcome.OPEN, outcome(claim, ours, theirs.asStopped()));
        assertEquals(Verdict.Outcome.MISS, outcome(claim, ours, theirs));
    }

    @Test
    void againstQemu_stoppedBehindTheBound_passes() {
        Row ours = row(Workload.CONVERT, "scatter", 1000, Program.VARVE_WARM, 0.01);
        Row theirs = row(Workload.CONVERT, "scatter", 1000, Program.QEMU, 20);
        assertEquals(Verdict.Outcome.PASS,
                outcome("scatter, N = 1,000, convert to null: Varve", ours, theirs.asStopped()));
    }

    @Test
    void memory_moreThanTheBoundAboveOneLayer_misses() {
        Row one = row(Workload.MEMORY, "base", 1, Program.VARVE, 1).with(Measure.PEAK_RSS, 100L << 20);
        Row many = row(Workload.MEMORY, "base", 1000, Program.VARVE, 1).with(Measure.PEAK_RSS, 117L << 20);
        assertEquals(Verdict.Outcome.MISS, outcome("base, N = 1,000, open and read everything", one, many));
    }

    @Test
    void opening_tenTimesOneLayerAndATenthOfASecond_passes() {
        Row row = row(Workload.OPEN, "scatter", 1000, Program.VARVE, 0.109).with(Measure.ONE_SECONDS, 1e-3);
        assertEquals(Verdict.Outcome.PASS, outcome("opening 1,000 layers", row));
    }

    @Test
    void firstTouch_moreMetadataThanTheWalk_misses() {
        Row walk = row(Workload.FIRST_TOUCH, "top", 10, Program.VARVE_WALK, 1).with(Measure.METADATA_BYTES, 1000);
        Row row = row(Workload.FIRST_TOUCH, "top", 10, Program.VARVE, 1).with(Measure.METADATA_BYTES, 1001);
        assertEquals(Verdict.Outcome.MISS, outcome("top, N = 10, first touch", row, walk));
    }

    @Test
    void parts_aFractionOfAByte_isTheProfilersOwn() {
        Results results = new Results(List.of(), List.of(),
                List.of(new Part("ChainRequests.isInserted", "layers=1", 4, 1, 0.01)));
        assertEquals(Verdict.Outcome.PASS, outcome("ChainRequests.isInserted layers=1, allocated", results));
    }
}
