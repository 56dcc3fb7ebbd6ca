// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;

/** One disk of a group, with its requests that wait, by direction. Guarded by the group's lock. */
final class ThrottleMember {
    private final Map<Direction, Deque<Condition>> queues = new EnumMap<>(Direction.class);
    private int lifted;

    ThrottleMember() {
        for (Direction direction : Direction.values()) {
            queues.put(direction, new ArrayDeque<>());
        }
    }

    /** What requests wait for, each for its turn, the oldest first. */
    Deque<Condition> queue(Direction direction) {
        Deque<Condition> queue = queues.get(direction);
        if (queue == null) {
            throw new IllegalStateException("no queue for " + direction);
        }
        return queue;
    }

    /** Whether requests pass without a limit. */
    boolean isLifted() {
        return lifted > 0;
    }

    void lift(boolean more) {
        lifted += more ? 1 : -1;
    }
}
