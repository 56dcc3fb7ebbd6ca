// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import java.util.List;
import java.util.OptionalLong;

/**
 * What Varve needed for one chain, in a process of its own.
 *
 * @param openSeconds from the JSON to the opened disk, the first time in the process
 * @param reopenSeconds the same once more after the passes
 * @param first the first reading
 * @param second the second reading
 * @param heapPeak the sum of the peaks of the heap's parts, in bytes
 * @param residentBefore the process's resident memory before it opened anything, in bytes, where the system tells
 * @param residentPeak its peak, in bytes, where the system tells
 * @param owners which layer holds what, in order and without gaps
 */
public record VarveFigures(double openSeconds, double reopenSeconds, Pass first, Pass second, long heapPeak,
        OptionalLong residentBefore, OptionalLong residentPeak, List<OwnedRange> owners) {
    /** Copies the list. */
    public VarveFigures {
        owners = List.copyOf(owners);
    }

    /**
     * Both passes.
     *
     * @return seconds
     */
    public double seconds() {
        return first.seconds() + second.seconds();
    }
}
