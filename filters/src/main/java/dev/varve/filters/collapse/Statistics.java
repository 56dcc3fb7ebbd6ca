// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import dev.varve.api.spi.ChainFilterNode.Counters;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what a filter does; hits without a word that threads would share.
 *
 * @param hits runs found in memory
 * @param builds times that a span was built or gone on with
 * @param scans parts of layers that were asked for it
 * @param evictions spans that left for others
 */
record Statistics(LongAdder hits, LongAdder builds, LongAdder scans, LongAdder evictions) {
    Statistics() {
        this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }

    Counters counters(long bytes) {
        return new Counters(hits.sum(), builds.sum(), scans.sum(), evictions.sum(), bytes);
    }
}
