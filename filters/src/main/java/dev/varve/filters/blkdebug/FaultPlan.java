// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.spi.Breakpoints;
import dev.varve.api.spi.DebugEvent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Rules, the state they are in, those that make requests fail now, and the requests that are held (QEMU's
 * {@code block/blkdebug.c}). Thread-safe.
 */
final class FaultPlan implements Breakpoints {
    private static final long INITIAL_STATE = 1;

    /** A request at a break point. */
    private static final class Held {
        private final String tag;
        private boolean resumed;

        private Held(String tag) {
            this.tag = tag;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition resumed = lock.newCondition();
    /** The latest first. */
    private final Map<DebugEvent, List<Rule>> rules = new EnumMap<>(DebugEvent.class);
    /** The latest first. */
    private final List<Held> held = new ArrayList<>();
    private List<Rule.InjectError> active = new ArrayList<>();
    private long state = INITIAL_STATE;
    private volatile boolean quiet = true;

    FaultPlan(List<Rule> planned) {
        planned.forEach(rule -> of(rule.event()).addFirst(rule));
    }

    private List<Rule> of(DebugEvent event) {
        return rules.computeIfAbsent(event, key -> new ArrayList<>());
    }

    /** Applies the rules of an event; returns when the request may go on. */
    void reached(DebugEvent event) {
        lock.lock();
        try {
            List<Rule> due = rules.get(event);
            if (due != null && !due.isEmpty()) {
                hold(apply(due));
            }
        } finally {
            lock.unlock();
        }
    }

    /** All rules see the state as it was when the event came. */
    private List<Held> apply(List<Rule> due) {
        List<Rule.InjectError> injected = new ArrayList<>();
        List<Held> stopped = new ArrayList<>();
        long next = state;
        for (Rule rule : List.copyOf(due)) {
            if (rule.state() != 0 && rule.state() != state) {
                continue;
            }
            switch (rule) {
                case Rule.InjectError error -> injected.addFirst(error);
                case Rule.SetState change -> next = change.newState();
                case Rule.Break point -> {
                    due.remove(point);
                    stopped.add(new Held(point.tag()));
                }
            }
        }
        if (!injected.isEmpty()) {
            active = injected;
            quiet = false;
        }
        state = next;
        return stopped;
    }

    private void hold(List<Held> stopped) {
        stopped.forEach(held::addFirst);
        while (stopped.stream().anyMatch(request -> !request.resumed)) {
            resumed.awaitUninterruptibly();
        }
    }

    /** Fails a request that an active rule hits; a request without a range has 0 bytes. */
    void check(IoType type, long offset, long bytes) throws BlockException {
        if (quiet) {
            return;
        }
        lock.lock();
        try {
            for (Rule.InjectError rule : active) {
                if (rule.hits(type, offset, bytes)) {
                    fail(rule);
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void fail(Rule.InjectError rule) throws BlockException {
        if (rule.error() == 0) {
            return;
        }
        if (rule.once()) {
            active.remove(rule);
            of(rule.event()).remove(rule);
            quiet = active.isEmpty();
        }
        throw ErrorNumber.failure(rule.error());
    }

    @Override
    public void add(String event, String tag) throws BlockException {
        DebugEvent at = RuleOptions.event(event);
        lock.lock();
        try {
            of(at).addFirst(new Rule.Break(at, tag));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void remove(String tag) throws BlockException {
        lock.lock();
        try {
            boolean found = false;
            for (List<Rule> ofEvent : rules.values()) {
                found |= ofEvent.removeIf(rule -> rule instanceof Rule.Break point && point.tag().equals(tag));
            }
            while (release(tag)) {
                found = true;
            }
            if (!found) {
                throw unknown("break point", tag);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void resume(String tag) throws BlockException {
        lock.lock();
        try {
            if (!release(tag)) {
                throw unknown("held request", tag);
            }
        } finally {
            lock.unlock();
        }
    }

    private static BlockException unknown(String what, String tag) {
        return new BlockException(ErrorKind.NOT_FOUND, "there is no " + what + " with tag '" + tag + "'");
    }

    private boolean release(String tag) {
        for (Held request : held) {
            if (request.tag.equals(tag)) {
                request.resumed = true;
                held.remove(request);
                resumed.signalAll();
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isSuspended(String tag) {
        lock.lock();
        try {
            return held.stream().anyMatch(request -> request.tag.equals(tag));
        } finally {
            lock.unlock();
        }
    }
}
