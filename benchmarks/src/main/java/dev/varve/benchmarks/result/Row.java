// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.result;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one program needed for one workload on one chain.
 *
 * @param workload what was done
 * @param chain on what
 * @param program who did it
 * @param operations how many requests one run made; 1 where the run is one thing
 * @param seconds each run
 * @param measures what else was measured
 * @param stopped whether the run was stopped because it took too long: its seconds are a lower bound
 * @param note what has to be known of the row; may be empty
 */
public record Row(Workload workload, Chain chain, Program program, long operations, List<Double> seconds,
        Map<Measure, Double> measures, boolean stopped, String note) {
    /**
     * A chain.
     *
     * @param shape as options spell it
     * @param layers its length; 1 is the data flattened into one image
     */
    public record Chain(String shape, int layers) {}

    /** Copies the collections. */
    public Row {
        seconds = List.copyOf(seconds);
        measures = Map.copyOf(measures);
        if (operations < 1) {
            throw new IllegalArgumentException("a row of " + operations + " operations");
        }
    }

    /**
     * A row that was not stopped and needs no note.
     *
     * @param workload what was done
     * @param shape the chain's shape
     * @param layers the chain's length
     * @param program who did it
     * @param operations how many requests one run made
     * @param seconds each run
     * @return a row without measures
     */
    public static Row of(Workload workload, String shape, int layers, Program program, long operations,
            List<Double> seconds) {
        return new Row(workload, new Chain(shape, layers), program, operations, seconds, Map.of(), false, "");
    }

    /**
     * The chain's shape.
     *
     * @return as options spell it
     */
    public String shape() {
        return chain.shape;
    }

    /**
     * The chain's length.
     *
     * @return 1 for the data flattened into one image
     */
    public int layers() {
        return chain.layers;
    }

    /**
     * This row with one measure more.
     *
     * @param measure what
     * @param value its value; NaN for none
     * @return a new row
     */
    public Row with(Measure measure, double value) {
        Map<Measure, Double> more = new EnumMap<>(Measure.class);
        more.putAll(measures);
        if (!Double.isNaN(value)) {
            more.put(measure, value);
        }
        return new Row(workload, chain, program, operations, seconds, more, stopped, note);
    }

    /**
     * This row with one measure more.
     *
     * @param measure what
     * @param value its value
     * @return a new row
     */
    public Row with(Measure measure, long value) {
        return with(measure, (double) value);
    }

    /**
     * This row with a note.
     *
     * @param words the note
     * @return a new row
     */
    public Row noting(String words) {
        return new Row(workload, chain, program, operations, seconds, measures, stopped, words);
    }

    /**
     * This row as one that was stopped.
     *
     * @return a new row
     */
    public Row asStopped() {
        return new Row(workload, chain, program, operations, seconds, measures, true, note);
    }

    /**
     * The time of a run.
     *
     * @return the median in seconds; empty where there is no run
     */
    public OptionalDouble median() {
        return Samples.median(seconds);
    }

    /**
     * The time of the fastest run.
     *
     * @return seconds; empty where there is no run
     */
    public OptionalDouble fastest() {
        return seconds.stream().mapToDouble(Double::doubleValue).min();
    }

    /**
     * The time of one operation.
     *
     * @return the median in seconds; empty where there is no run
     */
    public OptionalDouble perOperation() {
        OptionalDouble median = median();
        return median.isPresent() ? OptionalDouble.of(median.getAsDouble() / operations) : median;
    }

    /**
     * A measure.
     *
     * @param measure which
     * @return empty where it was not taken
     */
    public OptionalDouble measure(Measure measure) {
        Double value = measures.get(measure);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
