// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.Phaser;

/**
 * Deals a disk out to threads: each time one group of neighbouring pieces, one to each thread, at the same moment.
 * When all groups have had their turn the disk is discarded as a whole, so that clusters are allocated anew.
 */
final class Sweep extends Phaser {
    private final ModelledDisk disk;
    private final int piece;
    private final int hands;
    private final int groups;
    private final Random random;
    private volatile int group;
    private volatile Throwable failure;

    Sweep(ModelledDisk disk, int piece, int hands, long seed) {
        super(hands);
        this.disk = disk;
        this.piece = piece;
        this.hands = hands;
        groups = disk.size() / (piece * hands);
        random = new Random(seed);
    }

    int piece() {
        return piece;
    }

    /** Waits for the others; then where this thread's piece of the next group begins. */
    int next(int number) {
        if (arriveAndAwaitAdvance() < 0) {
            throw new AssertionError("discard of the whole disk: " + failure.getMessage(), failure);
        }
        return (group * hands + number) * piece;
    }

    /** The thread takes no further part. */
    void leave() {
        arriveAndDeregister();
    }

    @Override
    protected boolean onAdvance(int phase, int registered) {
        group = random.nextInt(groups);
        if (random.nextInt(groups) == 0) {
            discardAll();
        }
        return registered == 0 || failure != null;
    }

    private void discardAll() {
        try {
            disk.discard(0, disk.size());
        } catch (IOException | RuntimeException | AssertionError e) {
            // Thrown from here, it would leave the others waiting.
            failure = e;
        }
    }
}
