// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.result;

import java.util.Locale;

/** What is measured besides time. */
public enum Measure {
    /** Time on all processors, of the process, for one run, in seconds. */
    CPU_SECONDS,
    /** The most resident memory of the process, in bytes. */
    PEAK_RSS,
    /** What was read from files besides the content that was asked for, in bytes. */
    METADATA_BYTES,
    /** The median of the ratios to the same work on the same data in one image, the runs in pairs. */
    RATIO_TO_ONE,
    /** The median of the ratios to bare reads of the same blocks, the runs in pairs. */
    RATIO_TO_FLOOR,
    /** The seconds that the one image took, the median. */
    ONE_SECONDS,
    /** Memory that the indexes of collapsed chains hold, in bytes. */
    INDEX_BYTES,
    /** Parts of layers that were asked for an index. */
    LAYER_SCANS,
    /** Layers asked beyond the first, the mean of a request. */
    LAYER_VISITS,
    /** Nodes asked whether a medium is inserted, the mean of a request. */
    INSERTED_VISITS;

    /**
     * Its name in files.
     *
     * @return lower case, with hyphens
     */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
