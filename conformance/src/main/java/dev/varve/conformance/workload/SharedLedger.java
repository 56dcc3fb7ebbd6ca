// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.workload;

import dev.varve.api.block.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * What several clients of a disk may rely on: a flush promises every step that had ended when it began, whosoever's.
 * Clients keep to bytes of their own. Thread-safe.
 */
final class SharedLedger {
    private record Promise(int moment, byte[] content, List<Entry> open, int begun) {}

    private static final class Entry {
        private final Step step;
        private boolean ended;

        Entry(Step step) {
            this.step = step;
        }
    }

    /** A step under way. */
    interface Work {
        /** Does it. */
        void run() throws Exception;
    }

    private final List<Entry> entries = new ArrayList<>();
    private final List<Promise> promises = new ArrayList<>();
    private final IntSupplier moment;
    private final byte[] model;

    /**
     * A ledger of a disk that nobody has changed.
     *
     * @param content what it holds, flushed
     * @param moment that of the storage
     */
    SharedLedger(byte[] content, IntSupplier moment) {
        this.model = content.clone();
        this.moment = moment;
        promises.add(new Promise(moment.getAsInt(), content.clone(), List.of(), 0));
    }

    /** Does a step and notes when it began and ended; one that fails is open for ever. */
    void step(Step step, Work work) throws Exception {
        Entry entry = new Entry(step);
        Promise promise = begin(entry);
        work.run();
        end(entry, promise);
    }

    private synchronized Promise begin(Entry entry) {
        List<Entry> open = entries.stream().filter(one -> !one.ended).toList();
        Promise promise = new Promise(0, model.clone(), open, entries.size());
        entries.add(entry);
        return promise;
    }

    private synchronized void end(Entry entry, Promise promise) {
        entry.ended = true;
        entry.step.applyTo(model);
        if (entry.step.operation() == Operation.FLUSH && promise.begun >= promises.getLast().begun) {
            promises.add(new Promise(moment.getAsInt(), promise.content, promise.open, promise.begun));
        }
    }

    /** What the disk holds, where no step has failed. */
    synchronized byte[] content() {
        return model.clone();
    }

    /** Says that bytes are what a power cut at a moment may have left. */
    synchronized void assertKept(int cut, byte[] actual) {
        Promise promise = promises.getFirst();
        for (Promise later : promises) {
            promise = later.moment <= cut ? later : promise;
        }
        List<Step> since = new ArrayList<>(promise.open.stream().map(entry -> entry.step).toList());
        entries.subList(promise.begun, entries.size()).forEach(entry -> since.add(entry.step));
        FlushLedger.assertExplained(promise.content, since, actual, "power cut at event " + cut);
    }
}
