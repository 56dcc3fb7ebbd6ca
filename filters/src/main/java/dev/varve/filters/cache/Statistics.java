// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.cache;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a cache counts, in blocks but for the requests.
 *
 * @param hits found in memory when they were read
 * @param misses read from the child because somebody asked for them
 * @param ahead read from the child before somebody asked for them
 * @param requests reads that went to the child
 * @param evictions left for others
 * @param writtenBack dirty ones that were written to the child
 */
record Statistics(LongAdder hits, LongAdder misses, LongAdder ahead, LongAdder requests, LongAdder evictions,
        LongAdder writtenBack) {
    Statistics() {
        this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }

    /** As the node's info tells them. */
    Map<String, Object> told(long bytes, long dirtyBytes) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("hits", hits.sum());
        told.put("misses", misses.sum());
        told.put("read-ahead", ahead.sum());
        told.put("read-requests", requests.sum());
        told.put("evictions", evictions.sum());
        told.put("written-back", writtenBack.sum());
        told.put("bytes", bytes);
        told.put("dirty-bytes", dirtyBytes);
        return told;
    }
}
