// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.workload;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Operation;
import dev.varve.api.block.SnapshotInfo;
import dev.varve.api.graph.BlockBackend;
import dev.varve.conformance.device.CrashDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A workload with changes of the size, of internal snapshots and of bitmaps, on an image that lies on a
 * {@link CrashDisk}; and what must be there after a power cut at any moment of it. What the format does not offer is
 * passed over and counted. Not thread-safe.
 */
public final class CrashWorkload {
    /** A change of the image that leaves the content of the disk as it is. */
    @FunctionalInterface
    public interface ImageChange {
        /**
         * Does it.
         *
         * @param disk open for writing
         * @throws IOException if it failed
         */
        void apply(BlockBackend disk) throws IOException;
    }

    /** What may be seen because of one thing that was done. */
    @FunctionalInterface
    private interface Trace {
        boolean explains(int position, byte value);
    }

    private record Done(int began, int size, Trace trace) {}

    private record Promise(int event, int done, byte[] content, Map<String, byte[]> snapshots) {}

    private final CrashDisk storage;
    private final List<Done> history = new ArrayList<>();
    private final List<Promise> promises = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private Map<String, byte[]> snapshots = new LinkedHashMap<>();
    private byte[] model;

    /**
     * A workload that has not begun.
     *
     * @param storage what the image lies on
     * @param content what the disk holds, flushed
     */
    public CrashWorkload(CrashDisk storage, byte[] content) {
        this.storage = storage;
        this.model = content.clone();
        promises.add(new Promise(storage.events(), 0, model, Map.of()));
    }

    /**
     * How many things of each kind were done, and how many the format does not offer.
     *
     * @return by kind
     */
    public Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }

    /**
     * The size of the disk now.
     *
     * @return bytes
     */
    public int size() {
        return model.length;
    }

    /**
     * The snapshots now.
     *
     * @return their names
     */
    public List<String> snapshots() {
        return List.copyOf(snapshots.keySet());
    }

    /**
     * Does a step.
     *
     * @param step any, without FUA
     * @param disk open for writing
     * @throws IOException if it failed
     */
    public void step(Step step, BlockBackend disk) throws IOException {
        int kept = step.operation() == Operation.TRUNCATE ? Math.min(step.bytes(), model.length) : model.length;
        int size = step.operation() == Operation.TRUNCATE ? step.bytes() : model.length;
        Trace trace = step.operation() == Operation.TRUNCATE ? (position, value) -> position >= kept && value == 0
                : step::explains;
        // What a shrinking disk loses may be gone as soon as it begins.
        perform(step.operation().text(), size, trace, () -> {
            if (step.applyTo(disk)) {
                model = step.applyTo(model.clone());
            }
            if (step.operation() == Operation.DISCARD) {
                byte[] chosen = DiskAssertions.read(disk, step.offset(), step.bytes());
                System.arraycopy(chosen, 0, model, (int) step.offset(), chosen.length);
            }
        });
        if (step.operation() == Operation.FLUSH) {
            promises.add(new Promise(storage.events(), history.size(), model, new LinkedHashMap<>(snapshots)));
        }
    }

    /**
     * Takes an internal snapshot.
     *
     * @param name of it
     * @param disk open for writing
     * @throws IOException if it failed
     */
    public void takeSnapshot(String name, BlockBackend disk) throws IOException {
        perform("snapshot", model.length, (position, value) -> false, () -> {
            disk.operations().snapshots().create(name);
            snapshots.put(name, model);
        });
    }

    /**
     * Goes back to an internal snapshot.
     *
     * @param name of one that was taken
     * @param disk open for writing
     * @throws IOException if it failed
     */
    public void applySnapshot(String name, BlockBackend disk) throws IOException {
        byte[] then = Objects.requireNonNull(snapshots.get(name), name);
        perform("apply snapshot", then.length, (position, value) -> position < then.length && then[position] == value,
                () -> {
                    disk.operations().snapshots().apply(name);
                    model = then;
                });
    }

    /**
     * Deletes an internal snapshot. From now on nothing is promised of it, flushed or not.
     *
     * @param name of one that was taken
     * @param disk open for writing
     * @throws IOException if it failed
     */
    public void deleteSnapshot(String name, BlockBackend disk) throws IOException {
        promises.add(new Promise(storage.events(), promises.getLast().done, promises.getLast().content,
                without(promises.getLast().snapshots, name)));
        perform("delete snapshot", model.length, (position, value) -> false, () -> {
            disk.operations().snapshots().delete(name);
            snapshots = without(snapshots, name);
        });
    }

    private static Map<String, byte[]> without(Map<String, byte[]> all, String name) {
        Map<String, byte[]> rest = new LinkedHashMap<>(all);
        rest.remove(name);
        return rest;
    }

    /**
     * Changes something that the content does not depend on.
     *
     * @param kind its name for {@link #counts}
     * @param change what to do
     * @param disk open for writing
     * @throws IOException if it failed
     */
    public void change(String kind, ImageChange change, BlockBackend disk) throws IOException {
        perform(kind, model.length, (position, value) -> false, () -> change.apply(disk));
    }

    private interface Work {
        void run() throws IOException;
    }

    private void perform(String kind, int size, Trace trace, Work work) throws IOException {
        history.add(new Done(storage.events(), size, trace));
        try {
            work.run();
            counts.merge(kind, 1, Integer::sum);
        } catch (BlockException e) {
            if (e.kind() != ErrorKind.UNSUPPORTED) {
                throw e;
            }
            counts.merge(kind + " (not offered)", 1, Integer::sum);
        }
    }

    /**
     * Says that a disk holds what it may after a power cut.
     *
     * @param cut the crash disk's moment
     * @param disk open
     * @throws IOException if it cannot be read
     */
    public void assertKept(int cut, BlockBackend disk) throws IOException {
        Promise promise = promises.getFirst();
        for (Promise later : promises) {
            if (later.event <= cut) {
                promise = later;
            }
        }
        int end = promise.done;
        while (end < history.size() && history.get(end).began < cut) {
            end++;
        }
        List<Done> since = history.subList(promise.done, end);
        assertSize(cut, promise, since, disk.size());
        byte[] actual = DiskAssertions.read(disk, 0, (int) disk.size());
        for (int i = 0; i < actual.length; i++) {
            boolean flushed = i < promise.content.length && actual[i] == promise.content[i];
            if (!flushed && !explained(since, i, actual[i])) {
                throw new AssertionError("power cut at event %d, stable up to %d: byte at offset %d is 0x%02x, flushed "
                        .formatted(cut, storage.stable(cut), i, actual[i])
                        + (i < promise.content.length ? "was " + promise.content[i] : "were " + promise.content.length)
                        + ", then came " + since.size() + " steps");
            }
        }
        assertSnapshots(cut, promise, disk);
    }

    private static void assertSize(int cut, Promise promise, List<Done> since, long size) {
        if (size != promise.content.length && since.stream().noneMatch(done -> done.size == size)) {
            throw new AssertionError("power cut at event " + cut + ": the size is " + size + ", flushed was "
                    + promise.content.length);
        }
    }

    private static boolean explained(List<Done> since, int position, byte value) {
        for (Done done : since) {
            if (done.trace.explains(position, value)) {
                return true;
            }
        }
        return false;
    }

    private static void assertSnapshots(int cut, Promise promise, BlockBackend disk) throws IOException {
        if (promise.snapshots.isEmpty()) {
            return;
        }
        List<String> names = disk.operations().snapshots().list().stream().map(SnapshotInfo::name).toList();
        if (!names.containsAll(promise.snapshots.keySet())) {
            throw new AssertionError("power cut at event " + cut + ": snapshots are " + names + ", flushed were "
                    + promise.snapshots.keySet());
        }
    }

    /**
     * Says that a disk that was opened with a snapshot loaded holds what was promised of it. Tells nothing where the
     * snapshot was not promised.
     *
     * @param cut the crash disk's moment
     * @param name of the snapshot
     * @param disk open, with the snapshot loaded
     * @throws IOException if it cannot be read
     */
    public void assertSnapshotKept(int cut, String name, BlockBackend disk) throws IOException {
        byte[] expected = promised(cut).get(name);
        if (expected != null) {
            byte[] actual = DiskAssertions.read(disk, 0, (int) disk.size());
            if (!Arrays.equals(expected, actual)) {
                throw new AssertionError("power cut at event " + cut + ": snapshot '" + name + "' differs at "
                        + Arrays.mismatch(expected, actual));
            }
        }
    }

    /**
     * The snapshots that must be there after a power cut.
     *
     * @param cut the crash disk's moment
     * @return their content by name
     */
    public Map<String, byte[]> promised(int cut) {
        Map<String, byte[]> promised = Map.of();
        for (Promise promise : promises) {
            if (promise.event <= cut) {
                promised = promise.snapshots;
            }
        }
        return promised;
    }
}
