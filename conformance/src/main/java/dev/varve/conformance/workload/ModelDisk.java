// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.workload;

import dev.varve.api.block.Operation;
import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The bytes that a disk should hold, changed step by step together with it. Not thread-safe.
 */
public final class ModelDisk {
    private static final int REMEMBERED = 12;

    private final Deque<Step> last = new ArrayDeque<>();
    private byte[] bytes;

    /**
     * A model.
     *
     * @param bytes what the disk holds; kept and changed
     */
    public ModelDisk(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * What the disk should hold.
     *
     * @return a copy
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * The size that the disk should have.
     *
     * @return bytes
     */
    public int size() {
        return bytes.length;
    }

    /**
     * Does a step to the disk and to the model. A READ is compared; so is the range after each change, and the bytes
     * on both sides of it. What a discarded range reads as is taken over from the disk.
     *
     * @param step inside the size
     * @param disk open for writing
     * @throws IOException if the step failed
     */
    public void step(Step step, BlockBackend disk) throws IOException {
        remember(step);
        if (step.applyTo(disk)) {
            bytes = step.applyTo(bytes);
        }
        if (step.operation() == Operation.DISCARD) {
            byte[] chosen = DiskAssertions.read(disk, step.offset(), step.bytes());
            System.arraycopy(chosen, 0, bytes, (int) step.offset(), chosen.length);
        }
        if (step.operation() == Operation.TRUNCATE) {
            compare(disk);
        } else if (step.operation() != Operation.FLUSH) {
            int from = (int) Math.max(0, step.offset() - 1);
            int to = (int) Math.min(bytes.length, step.offset() + step.bytes() + 1);
            compare(disk, from, to);
        }
    }

    /**
     * Says that the disk holds what it should.
     *
     * @param disk open
     * @throws IOException if it cannot be read
     */
    public void compare(BlockBackend disk) throws IOException {
        if (disk.size() != bytes.length) {
            throw new AssertionError("the size is " + disk.size() + ", expected " + bytes.length + history());
        }
        compare(disk, 0, bytes.length);
    }

    private void compare(BlockBackend disk, int from, int to) throws IOException {
        byte[] actual = DiskAssertions.read(disk, from, to - from);
        byte[] expected = java.util.Arrays.copyOfRange(bytes, from, to);
        DiskAssertions.assertBytes(expected, actual, from, "content" + history());
    }

    private void remember(Step step) {
        last.addLast(step);
        if (last.size() > REMEMBERED) {
            last.removeFirst();
        }
    }

    private String history() {
        return " after " + last;
    }
}
