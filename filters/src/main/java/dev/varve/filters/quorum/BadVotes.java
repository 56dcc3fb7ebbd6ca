// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.quorum;

import dev.varve.api.block.NodeName;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.NodeEvents;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells which child was wrong or failed, and when no majority was found (QEMU's {@code QUORUM_*} events). */
final class BadVotes {
    static final String READ = "read";
    static final String WRITE = "write";
    static final String FLUSH = "flush";

    private static final int SECTOR = 512;

    private final NodeEvents events;
    private final NodeName quorum;

    BadVotes(NodeEvents events, NodeName quorum) {
        this.events = events;
        this.quorum = quorum;
    }

    /** A child differed, or failed where there is a failure. */
    void bad(String operation, BlockChild child, long offset, long bytes, @Nullable IOException failure) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("type", operation);
        if (failure != null) {
            data.put("error", String.valueOf(failure.getMessage()));
        }
        data.put("node-name", child.node().map(NodeName::value).orElse(""));
        place(data, offset, bytes);
        events.report("QUORUM_REPORT_BAD", data);
    }

    /** Too few children agreed or succeeded. */
    void noQuorum(long offset, long bytes) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("reference", quorum.value());
        place(data, offset, bytes);
        events.report("QUORUM_FAILURE", data);
    }

    private static void place(Map<String, Object> data, long offset, long bytes) {
        long first = offset / SECTOR;
        data.put("sector-num", first);
        data.put("sectors-count", (offset + bytes + SECTOR - 1) / SECTOR - first);
    }
}
