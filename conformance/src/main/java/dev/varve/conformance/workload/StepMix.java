// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.workload;

import dev.varve.api.block.Operation;
import dev.varve.api.block.RequestFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How often each kind of step comes, and how long steps are.
 *
 * @param operations the kinds to choose from; one that is named twice comes twice as often
 * @param maxBytes the longest range
 * @param flags what a WRITE_ZEROES or WRITE may carry, NONE among them
 * @param shrinking whether a TRUNCATE may make the disk smaller
 */
public record StepMix(List<Operation> operations, int maxBytes, List<RequestFlags> flags,
        boolean shrinking) {
    private static final List<RequestFlags> ZERO_FLAGS = List.of(RequestFlags.NONE, RequestFlags.NONE,
            RequestFlags.MAY_UNMAP, RequestFlags.MAY_UNMAP.with(RequestFlags.NO_FALLBACK), RequestFlags.FUA);

    /** Copies the lists. */
    public StepMix {
        operations = List.copyOf(operations);
        flags = List.copyOf(flags);
    }

    /**
     * Mostly writes, and all else that does not change the size.
     *
     * @param maxBytes the longest range
     * @return a mix
     */
    public static StepMix ofContent(int maxBytes) {
        return new StepMix(List.of(Operation.WRITE, Operation.WRITE, Operation.WRITE, Operation.WRITE, Operation.READ,
                Operation.WRITE_ZEROES, Operation.WRITE_ZEROES, Operation.DISCARD, Operation.FLUSH), maxBytes,
                ZERO_FLAGS, false);
    }

    /**
     * This mix and changes of the size.
     *
     * @param both whether the disk becomes smaller too
     * @return a mix
     */
    public StepMix andSize(boolean both) {
        List<Operation> more = new ArrayList<>(operations);
        more.add(Operation.TRUNCATE);
        return new StepMix(more, maxBytes, flags, both);
    }

    /**
     * The next step.
     *
     * @param random the dice
     * @param size the size of the disk, at least 1
     * @return a step inside the size
     */
    public Step next(RandomGenerator random, int size) {
        Operation operation = operations.get(random.nextInt(operations.size()));
        byte fill = (byte) random.nextInt(1, 256);
        return switch (operation) {
            case FLUSH -> Step.flush();
            case TRUNCATE -> new Step(operation, 0, newSize(random, size), fill, RequestFlags.NONE);
            default -> ranged(operation, random, size, fill);
        };
    }

    private Step ranged(Operation operation, RandomGenerator random, int size, byte fill) {
        int bytes = Math.min(size, length(random));
        int offset = random.nextInt(size - bytes + 1);
        // Half of the ranges begin and end where formats and disks like it.
        int alignment = random.nextBoolean() ? 1 : 512 << random.nextInt(8);
        offset -= offset % alignment;
        bytes = Math.min(size - offset, (bytes + alignment - 1) / alignment * alignment);
        return new Step(operation, offset, bytes, fill, chosenFlags(operation, random));
    }

    private RequestFlags chosenFlags(Operation operation, RandomGenerator random) {
        RequestFlags chosen = flags.get(random.nextInt(flags.size()));
        return switch (operation) {
            case WRITE_ZEROES -> chosen;
            case WRITE -> chosen.has(RequestFlags.FUA) ? RequestFlags.FUA : RequestFlags.NONE;
            default -> RequestFlags.NONE;
        };
    }

    /** Short ones are as frequent as long ones. */
    private int length(RandomGenerator random) {
        int longest = Math.max(1, maxBytes >> random.nextInt(8));
        return 1 + random.nextInt(longest);
    }

    private int newSize(RandomGenerator random, int size) {
        int change = random.nextInt(size / 8 + 1) / 512 * 512;
        return shrinking && random.nextBoolean() ? Math.max(4096, size - change) : size + change;
    }
}
