// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RangeLocksTest {
    private final RangeLocks ranges = new RangeLocks();

    /** A write on another thread, which is known to be in the queue when this returns. */
    private CompletableFuture<RangeLocks.Range> write(long offset, long bytes) {
        int before = ranges.size();
        CompletableFuture<RangeLocks.Range> write = new CompletableFuture<>();
        Thread.ofPlatform().daemon(true).start(() -> write.complete(ranges.enterWrite(offset, bytes)));
        while (ranges.size() == before) {
            Thread.onSpinWait();
        }
        return write;
    }

    @Test
    void writes_thatOverlap_areNotHeldOff() {
        RangeLocks.Range one = ranges.enterWrite(0, 100);
        RangeLocks.Range other = ranges.enterWrite(50, 100);
        RangeLocks.leave(one);
        RangeLocks.leave(other);
        assertEquals(0, ranges.size());
    }

    @Test
    void write_besideACopy_isNotHeldOff() {
        RangeLocks.Range copy = ranges.enqueueCopy(4096, 4096);
        ranges.await(copy);
        RangeLocks.leave(ranges.enterWrite(0, 4096));
        RangeLocks.leave(ranges.enterWrite(8192, 1));
        RangeLocks.leave(copy);
    }

    @Test
    void write_overACopy_waitsForItsEnd() throws Exception {
        RangeLocks.Range copy = ranges.enqueueCopy(4096, 4096);
        ranges.await(copy);
        CompletableFuture<RangeLocks.Range> write = write(8191, 1);
        assertFalse(write.isDone());
        RangeLocks.leave(copy);
        RangeLocks.leave(write.get(60, TimeUnit.SECONDS));
    }

    @Test
    void copy_overAWrite_waitsForItsEnd() throws Exception {
        RangeLocks.Range write = ranges.enterWrite(0, 512);
        RangeLocks.Range copy = ranges.enqueueCopy(0, 4096);
        CompletableFuture<Void> copying = CompletableFuture.runAsync(() -> ranges.await(copy));
        assertFalse(copying.isDone());
        RangeLocks.leave(write);
        copying.get(60, TimeUnit.SECONDS);
        RangeLocks.leave(copy);
    }

    @Test
    void write_behindACopyThatWaits_waitsForItToo() throws Exception {
        RangeLocks.Range first = ranges.enterWrite(0, 512);
        RangeLocks.Range copy = ranges.enqueueCopy(0, 4096);
        CompletableFuture<RangeLocks.Range> second = write(1024, 512);
        RangeLocks.leave(first);
        ranges.await(copy);
        assertFalse(second.isDone());
        RangeLocks.leave(copy);
        RangeLocks.leave(second.get(60, TimeUnit.SECONDS));
    }

    @Test
    void loss_isToldOnce_withAllThatWasLost() {
        assertNull(ranges.takeUnsettled());
        RangeLocks.leave(ranges.enterLoss(4096, 512));
        RangeLocks.leave(ranges.enterLoss(1024, Long.MAX_VALUE - 1024));
        assertEquals(new RangeLocks.Unsettled(1024, Long.MAX_VALUE), ranges.takeUnsettled());
        assertNull(ranges.takeUnsettled());
        RangeLocks.leave(ranges.enterWrite(0, 1));
        assertNull(ranges.takeUnsettled());
        assertTrue(ranges.size() == 0);
    }
}
