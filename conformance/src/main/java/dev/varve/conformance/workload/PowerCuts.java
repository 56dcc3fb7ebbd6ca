// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.workload;

import dev.varve.api.block.Operation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.conformance.device.CrashDisk;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A workload on an image that lies on a {@link CrashDisk}, and the states that a power cut may leave: what was
 * flushed must be there; each other byte has the value it had then, or one that a later step gave it. Steps do not
 * change the size. Not thread-safe.
 */
public final class PowerCuts {
    /**
     * A state that a power cut may leave.
     *
     * @param cut the moment of the crash disk
     * @param storage what its storage holds
     */
    public record State(int cut, SparseContent storage) {}

    private record Promise(int event, int step, byte[] content) {}

    private final CrashDisk storage;
    private final List<Step> steps = new ArrayList<>();
    // For each step, the crash disk's moment when it began.
    private final List<Integer> begun = new ArrayList<>();
    private final List<Promise> promises = new ArrayList<>();
    private byte[] model;

    /**
     * A workload that has not begun.
     *
     * @param storage what the image lies on
     * @param content what the disk holds, flushed
     */
    public PowerCuts(CrashDisk storage, byte[] content) {
        this.storage = storage;
        this.model = content.clone();
        promises.add(new Promise(storage.events(), 0, content.clone()));
    }

    /**
     * Does a step.
     *
     * @param step anything but TRUNCATE
     * @param disk the image, open for writing
     * @throws IOException if it failed
     */
    public void step(Step step, BlockBackend disk) throws IOException {
        begun.add(storage.events());
        steps.add(step);
        if (step.applyTo(disk)) {
            model = step.applyTo(model);
        }
        if (step.operation() == Operation.DISCARD) {
            byte[] chosen = DiskAssertions.read(disk, step.offset(), step.bytes());
            System.arraycopy(chosen, 0, model, (int) step.offset(), chosen.length);
        }
        if (step.operation() == Operation.FLUSH) {
            promises.add(new Promise(storage.events(), steps.size(), model.clone()));
        } else if (step.flags().has(RequestFlags.FUA)) {
            promiseRange(step);
        }
    }

    /** Only the range of such a step is promised; what was written before it may still be on its way. */
    private void promiseRange(Step step) {
        Promise before = promises.getLast();
        byte[] content = before.content.clone();
        System.arraycopy(model, (int) step.offset(), content, (int) step.offset(), step.bytes());
        promises.add(new Promise(storage.events(), before.step, content));
    }

    /**
     * A moment for a power cut: half of the time one at which a flush had just returned.
     *
     * @param random the dice
     * @return 0 to {@link CrashDisk#events()}
     */
    public int moment(RandomGenerator random) {
        return random.nextBoolean() ? promises.get(random.nextInt(promises.size())).event
                : random.nextInt(storage.events() + 1);
    }

    /**
     * A state after a power cut.
     *
     * @param cut the moment, 0 to {@link CrashDisk#events()}
     * @param random which of the changes that were not flushed are there
     * @return a state to open and look at
     */
    public State cut(int cut, RandomGenerator random) {
        return new State(cut, storage.powerCut(cut, random));
    }

    /**
     * Says that a disk holds what it may after a power cut.
     *
     * @param state the state that it was opened from
     * @param disk open
     * @throws IOException if it cannot be read
     */
    public void assertKept(State state, BlockBackend disk) throws IOException {
        Promise promise = promises.getFirst();
        for (Promise later : promises) {
            if (later.event <= state.cut) {
                promise = later;
            }
        }
        int end = promise.step;
        while (end < steps.size() && begun.get(end) < state.cut) {
            end++;
        }
        List<Step> since = steps.subList(promise.step, end);
        FlushLedger.assertExplained(promise.content, since, DiskAssertions.read(disk, 0, promise.content.length),
                "power cut at event " + state.cut + ", stable up to " + storage.stable(state.cut));
    }
}
