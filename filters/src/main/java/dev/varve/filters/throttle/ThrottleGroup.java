// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.SharedObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Limits that several disks share (QEMU's {@code block/throttle-groups.c}). Thread-safe. */
final class ThrottleGroup implements SharedObject {
    /*
     * Of the requests of one direction that wait, one is the next: the oldest of the member whose turn it is. It alone
     * waits for the time, the others for their turn. Whoever goes on hands the turn to the next member that has
     * something waiting, so that a busy disk cannot keep the others out.
     */
    private final String id;
    private final ThrottleClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<ThrottleMember> members = new ArrayList<>();
    private final Map<Direction, ThrottleMember> served = new EnumMap<>(Direction.class);
    private final Map<Direction, Bucket[]> bytesOf = new EnumMap<>(Direction.class);
    private final Map<Direction, Bucket[]> operationsOf = new EnumMap<>(Direction.class);
    private Bucket[] buckets = {};
    private volatile ThrottleLimits limits;
    private volatile boolean unlimited;
    private long leakedAt;

    ThrottleGroup(String id, ThrottleLimits limits, ThrottleClock clock) {
        this.id = id;
        this.clock = clock;
        this.limits = limits;
        fill(limits);
    }

    private void fill(ThrottleLimits changed) {
        limits = changed;
        Bucket bytes = new Bucket(changed.limit("bps", "total"));
        Bucket operations = new Bucket(changed.limit("iops", "total"));
        List<Bucket> all = new ArrayList<>(List.of(bytes, operations));
        for (Direction direction : Direction.values()) {
            Bucket ownBytes = new Bucket(changed.limit("bps", direction.word()));
            Bucket ownOperations = new Bucket(changed.limit("iops", direction.word()));
            bytesOf.put(direction, new Bucket[] {bytes, ownBytes});
            operationsOf.put(direction, new Bucket[] {operations, ownOperations});
            all.addAll(List.of(ownBytes, ownOperations));
        }
        buckets = all.toArray(Bucket[]::new);
        unlimited = all.stream().allMatch(Bucket::isBottomless);
        leakedAt = clock.nanos();
    }

    @Override
    public String kind() {
        return ThrottleGroupKind.NAME;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Map<String, Object> properties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        limits.values().forEach((name, value) -> properties.put("limits." + name, value));
        return properties;
    }

    /** Buckets are empty afterwards, as in QEMU; who waits looks again at once. */
    @Override
    public void change(Map<String, ?> changes) throws BlockException {
        lock.lock();
        try {
            fill(limits.with(changes));
            for (Direction direction : Direction.values()) {
                wakeNext(direction);
            }
        } finally {
            lock.unlock();
        }
    }

    ThrottleMember join() {
        lock.lock();
        try {
            ThrottleMember member = new ThrottleMember();
            members.add(member);
            return member;
        } finally {
            lock.unlock();
        }
    }

    void leave(ThrottleMember member) {
        lock.lock();
        try {
            members.remove(member);
            served.values().removeIf(one -> one.equals(member));
        } finally {
            lock.unlock();
        }
    }

    /** Lets all requests of a member pass, or no more. */
    void lift(ThrottleMember member, boolean lifted) {
        lock.lock();
        try {
            member.lift(lifted);
            for (Direction direction : Direction.values()) {
                member.queue(direction).forEach(Condition::signal);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns when a request may go on. */
    void admit(ThrottleMember member, Direction direction, long bytes) {
        if (unlimited) {
            return;
        }
        lock.lock();
        try {
            if (next(direction) != null || delay(direction) > 0) {
                await(member, direction);
            }
            account(direction, bytes);
            served.put(direction, member);
            wakeNext(direction);
        } finally {
            lock.unlock();
        }
    }

    private void await(ThrottleMember member, Direction direction) {
        Condition waiting = lock.newCondition();
        member.queue(direction).add(waiting);
        boolean interrupted = false;
        try {
            while (!member.isLifted() && !unlimited) {
                boolean first = waiting.equals(next(direction));
                long delay = first ? delay(direction) : Long.MAX_VALUE;
                if (delay == 0) {
                    break;
                }
                try {
                    if (!clock.advance(delay)) {
                        waiting.awaitNanos(delay);
                    }
                } catch (InterruptedException e) {
                    // Requests do not act on interrupts: the caller finds it when this one has been done.
                    interrupted = true;
                }
            }
        } finally {
            member.queue(direction).remove(waiting);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The oldest request of the member after the one that was served last; null where none waits. */
    private @Nullable Condition next(Direction direction) {
        ThrottleMember last = served.get(direction);
        int from = last == null ? 0 : members.indexOf(last) + 1;
        for (int i = 0; i < members.size(); i++) {
            Condition waiting = members.get((from + i) % members.size()).queue(direction).peek();
            if (waiting != null) {
                return waiting;
            }
        }
        return null;
    }

    private void wakeNext(Direction direction) {
        Condition next = next(direction);
        if (next != null) {
            next.signal();
            if (unlimited) {
                members.forEach(member -> member.queue(direction).forEach(Condition::signal));
            }
        }
    }

    /** Nanoseconds until a request of the direction may pass, 0 for now. */
    private long delay(Direction direction) {
        long now = clock.nanos();
        long passed = now - leakedAt;
        leakedAt = now;
        for (Bucket bucket : buckets) {
            bucket.leak(passed);
        }
        return Math.max(delay(of(bytesOf, direction)), delay(of(operationsOf, direction)));
    }

    private static long delay(Bucket[] of) {
        return Math.max(of[0].delay(), of[1].delay());
    }

    private void account(Direction direction, long bytes) {
        long operation = limits.iopsSize();
        double operations = operation > 0 && bytes > operation ? (double) bytes / operation : 1;
        for (Bucket bucket : of(bytesOf, direction)) {
            bucket.add((double) bytes);
        }
        for (Bucket bucket : of(operationsOf, direction)) {
            bucket.add(operations);
        }
    }

    private static Bucket[] of(Map<Direction, Bucket[]> map, Direction direction) {
        Bucket[] found = map.get(direction);
        if (found == null) {
            throw new IllegalStateException("no buckets for " + direction);
        }
        return found;
    }
}
