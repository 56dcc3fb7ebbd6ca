// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import dev.varve.api.spi.DebugEvent;
import java.util.Set;

/** What happens when an event comes. */
sealed interface Rule {
    /** When the rule is looked at. */
    DebugEvent event();

    /** The state that it needs; 0 for any. */
    long state();

    /**
     * Makes requests fail from the event on.
     *
     * @param error the error number; 0 lets them pass
     * @param offset the byte that a request must touch, or {@link #ANY_OFFSET}
     * @param types the requests that fail
     * @param once the rule is gone with the first failure
     */
    record InjectError(DebugEvent event, long state, long error, long offset, Set<IoType> types, boolean once)
            implements Rule {
        static final long ANY_OFFSET = -1;
        static final long SECTOR = 512;

        boolean hits(IoType type, long from, long bytes) {
            return types.contains(type)
                    && (offset == ANY_OFFSET || bytes > 0 && offset >= from && offset - from < bytes);
        }
    }

    /** Goes to another state. */
    record SetState(DebugEvent event, long state, long newState) implements Rule {}

    /** Holds the request that comes to the event. */
    record Break(DebugEvent event, String tag) implements Rule {
        @Override
        public long state() {
            return 0;
        }
    }
}
