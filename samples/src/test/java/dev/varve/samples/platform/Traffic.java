// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A user that writes and reads one disk until that fails or the user is told to stop, and compares every block that it
 * reads with what was acknowledged. What it knows of the disk outlives an interruption.
 */
final class Traffic {
    private static final int BLOCK = 4096;
    private static final int BUSY = 8;
    private static final long PATIENCE_SECONDS = 30;

    private final long[] written;
    private final Random random;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK);
    private long stamp;
    /** The block of a write that was neither acknowledged nor refused before it began; its content is old or new. */
    private int open = -1;
    private long openStamp;
    private volatile long requests;
    private volatile boolean stopping;
    private volatile Throwable ending;
    private Thread thread;

    /** For a disk of zeroes. */
    Traffic(int blocks, long seed) {
        written = new long[blocks];
        random = new Random(seed);
    }

    /** Begins, and returns when requests are under way. */
    void begin(BlockBackend disk) throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(BUSY);
        ending = null;
        stopping = false;
        thread = new Thread(() -> run(disk, busy), "traffic");
        thread.start();
        assertTrue(busy.await(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "no requests: " + ending);
    }

    private void run(BlockBackend disk, CountDownLatch busy) {
        try {
            while (!stopping) {
                request(disk);
                requests = requests + 1;
                busy.countDown();
            }
        } catch (IOException | RuntimeException | Error e) {
            ending = e;
        }
    }

    private void request(BlockBackend disk) throws IOException {
        int block = open >= 0 ? open : random.nextInt(written.length);
        if (open < 0 && random.nextInt(3) == 0) {
            write(disk, block, ++stamp);
            return;
        }
        disk.read((long) block * BLOCK, buffer.clear());
        buffer.flip();
        while (buffer.hasRemaining()) {
            long found = buffer.getLong();
            if (found != written[block] && !(block == open && found == openStamp)) {
                throw new AssertionError("block " + block + " holds " + found + "; " + written[block]
                        + " was acknowledged");
            }
        }
        if (block == open) {
            // Part of the block may be old and part new: it is made one again.
            write(disk, block, openStamp);
        }
    }

    private void write(BlockBackend disk, int block, long value) throws IOException {
        open = block;
        openStamp = value;
        buffer.clear();
        while (buffer.hasRemaining()) {
            buffer.putLong(value);
        }
        disk.write((long) block * BLOCK, buffer.flip());
        written[block] = value;
        open = -1;
    }

    /** Waits for the end that an unplugged driver makes. */
    void assertInterruptedBy(String driver) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertFalse(thread.isAlive(), "the user goes on");
        thread = null; // and with it the disk: who keeps a closed one keeps the classes of its nodes
        if (ending instanceof BlockException e) {
            assertEquals("CLOSED", e.kind().name(), e.getMessage());
            assertTrue(e.getMessage().contains("driver '" + driver + "' was removed"), e.getMessage());
        } else {
            throw new AssertionError("the user was not interrupted", ending);
        }
        ending = null; // its stack trace holds the classes of the driver that it went through
    }

    /** Stops it, and fails where it has failed. */
    void end() throws InterruptedException {
        stopping = true;
        thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        if (ending != null) {
            throw new AssertionError("the disk that nobody touched failed", ending);
        }
    }

    long requests() {
        return requests;
    }
}
