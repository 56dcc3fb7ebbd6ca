// SPDX-License-Identifier: Apache-2.0
package dev.varve.osgi.configured;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Steps one after the other, in the order they were asked for, on the threads of those who ask. A step that is asked
 * for within another one, by a listener that this one called, is done after it.
 */
final class Turns {
    private final ReentrantLock turn = new ReentrantLock();
    private final ConcurrentLinkedQueue<Runnable> steps = new ConcurrentLinkedQueue<>();

    /** Takes a step; it is done on return, but for steps within steps. */
    void take(Runnable step) {
        steps.add(step);
        if (turn.isHeldByCurrentThread()) {
            return;
        }
        turn.lock();
        try {
            Runnable next = steps.poll();
            while (next != null) {
                next.run();
                next = steps.poll();
            }
        } finally {
            turn.unlock();
        }
    }
}
