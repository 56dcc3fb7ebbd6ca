// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.job.Job;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** The jobs of a graph that have not ended. Thread-safe. */
final class Jobs {
    private final List<Job> running = new CopyOnWriteArrayList<>();
    private final AtomicLong numbers = new AtomicLong();

    /** A name that no other job of the graph has or had. */
    String freshId(Job.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT) + numbers.getAndIncrement();
    }

    void add(Job job) {
        running.add(job);
    }

    void ended(Job job) {
        running.remove(job);
    }

    List<Job> all() {
        return List.copyOf(running);
    }

    /** Cancels all of them and waits until they are quiet. Not under the change lock, which they need for that. */
    void cancel() {
        running.forEach(Job::cancel);
    }
}
