// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.workload;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One operation of a workload. What is written is one byte value, over and over, so that every byte tells which step
 * it came from.
 *
 * @param operation WRITE, WRITE_ZEROES, DISCARD, TRUNCATE, FLUSH or READ
 * @param offset where it begins; 0 for TRUNCATE and FLUSH
 * @param bytes how many bytes; the new size for TRUNCATE; 0 for FLUSH
 * @param fill what a WRITE writes
 * @param flags the request's flags
 */
public record Step(Operation operation, long offset, int bytes, byte fill, RequestFlags flags) {
    /**
     * A step that writes.
     *
     * @param offset where it begins
     * @param bytes how many
     * @param fill the value of each
     * @return a step
     */
    public static Step write(long offset, int bytes, int fill) {
        return new Step(Operation.WRITE, offset, bytes, (byte) fill, RequestFlags.NONE);
    }

    /**
     * A step that flushes.
     *
     * @return a step
     */
    public static Step flush() {
        return new Step(Operation.FLUSH, 0, 0, (byte) 0, RequestFlags.NONE);
    }

    /**
     * Does it to a disk.
     *
     * @param disk open for writing
     * @return false where the disk refused it as not supported, which NO_FALLBACK allows
     * @throws IOException if it failed
     */
    public boolean applyTo(BlockBackend disk) throws IOException {
        try {
            switch (operation) {
                case WRITE -> disk.write(offset, filled(), flags);
                case WRITE_ZEROES -> disk.writeZeroes(offset, bytes, flags);
                case DISCARD -> disk.discard(offset, bytes);
                case TRUNCATE -> disk.truncate(bytes, Preallocation.OFF);
                case FLUSH -> disk.flush();
                case READ -> disk.read(offset, ByteBuffer.allocate(bytes));
                default -> throw new IllegalStateException("not a step: " + operation);
            }
            return true;
        } catch (BlockException e) {
            if (e.kind() == ErrorKind.UNSUPPORTED && flags.has(RequestFlags.NO_FALLBACK)) {
                return false;
            }
            throw e;
        }
    }

    private ByteBuffer filled() {
        byte[] data = new byte[bytes];
        Arrays.fill(data, fill);
        return ByteBuffer.wrap(data);
    }

    /**
     * Does it to bytes in memory. A DISCARD leaves them as they are.
     *
     * @param model the bytes
     * @return the bytes; others than were given after TRUNCATE
     */
    public byte[] applyTo(byte[] model) {
        switch (operation) {
            case WRITE -> Arrays.fill(model, (int) offset, (int) offset + bytes, fill);
            case WRITE_ZEROES -> Arrays.fill(model, (int) offset, (int) offset + bytes, (byte) 0);
            case TRUNCATE -> {
                return Arrays.copyOf(model, bytes);
            }
            default -> {
                // Nothing that a model shows.
            }
        }
        return model;
    }

    /**
     * What the step makes of one byte.
     *
     * @param position the byte's offset
     * @param value its value now
     * @return whether it may have that value because of this step
     */
    boolean explains(long position, byte value) {
        boolean covered = position >= offset && position < offset + bytes;
        return switch (operation) {
            case WRITE -> covered && value == fill;
            case WRITE_ZEROES -> covered && value == 0;
            // What a discarded range reads as is the node's choice.
            case DISCARD -> covered;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return operation.text() + " " + offset + "+" + bytes
                + (operation == Operation.WRITE ? " of 0x" + Integer.toHexString(fill & 0xff) : "")
                + (flags.equals(RequestFlags.NONE) ? "" : " flags 0x" + Integer.toHexString(flags.bits()));
    }
}
