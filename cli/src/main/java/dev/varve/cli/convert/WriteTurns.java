// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.convert;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets the writers of numbered pieces through one after the other. */
final class WriteTurns {
    private final boolean inOrder;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turned = lock.newCondition();
    private long turn;
    private boolean stopped;

    WriteTurns(boolean inOrder) {
        this.inOrder = inOrder;
    }

    /** Waits until all pieces before this one are written. False where the copy has failed meanwhile. */
    boolean await(long number) {
        if (!inOrder) {
            return !stopped();
        }
        lock.lock();
        try {
            while (turn != number && !stopped) {
                turned.awaitUninterruptibly();
            }
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    private boolean stopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /** This piece is written. */
    void done(long number) {
        if (inOrder) {
            lock.lock();
            try {
                turn = number + 1;
                turned.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Nobody is let through any more. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            turned.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
