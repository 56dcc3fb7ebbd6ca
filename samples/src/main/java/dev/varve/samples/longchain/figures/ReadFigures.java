// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import java.util.List;
import java.util.OptionalLong;

/**
 * What Varve needed to open and read one chain, in a process of its own.
 *
 * @param openSeconds from the JSON to the opened disk, the first time in the process
 * @param reopenSeconds the fastest of more openings, after the passes
 * @param first the first reading
 * @param steady of the later readings the one of median length
 * @param indexBytes what the index of the chain holds after the readings
 * @param residentBefore the process's resident memory before it opened anything, in bytes, where the system tells
 * @param residentPeak its peak up to the end of the readings, in bytes, where the system tells
 * @param owners which layer holds what, in order and without gaps
 */
public record ReadFigures(double openSeconds, double reopenSeconds, Pass first, Pass steady, long indexBytes,
        OptionalLong residentBefore, OptionalLong residentPeak, List<OwnedRange> owners) {
    /** Copies the list. */
    public ReadFigures {
        owners = List.copyOf(owners);
    }
}
