// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.job.Job.State;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JobControlTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong time = new AtomicLong(-5 * SECOND);
    private final JobClock clock = new JobClock() {
        @Override
        public long nanos() {
            return time.get();
        }

        @Override
        public void willWait(long nanos) {
            time.addAndGet(nanos);
        }
    };

    private long secondsFor(JobControl control, int pieces, int most, int copied) {
        long before = time.get();
        for (int i = 0; i < pieces; i++) {
            assertTrue(control.proceed(most));
            control.finished(most, most, copied);
        }
        return (time.get() - before) / SECOND;
    }

    @Test
    void speed_ofCopiedBytes_isKept() {
        JobControl control = new JobControl(clock, 1000, 1 << 20);
        assertEquals(99, secondsFor(control, 100, 1000, 1000));
    }

    @Test
    void speed_countsOnlyWhatWasCopied() {
        JobControl control = new JobControl(clock, 1000, 1 << 20);
        assertEquals(24, secondsFor(control, 100, 1000, 250));
        assertEquals(0, secondsFor(new JobControl(clock, 1000, 1 << 20), 100, 1000, 0));
    }

    @Test
    void speed_setLater_holdsFromThenOn() {
        JobControl control = new JobControl(clock, 0, 1 << 20);
        assertEquals(0, secondsFor(control, 100, 1000, 1000));
        control.speed(500);
        assertEquals(18, secondsFor(control, 10, 1000, 1000));
        control.speed(0);
        assertEquals(0, secondsFor(control, 10, 1000, 1000));
    }

    @Test
    void progress_estimatesTheRest_withoutRests() {
        JobControl control = new JobControl(clock, 0, 1000);
        assertEquals(Optional.empty(), control.progress().left());
        assertTrue(control.proceed(250));
        time.addAndGet(10 * SECOND);
        control.finished(250, 250, 100);
        control.pause();
        time.addAndGet(1000 * SECOND);
        control.resume();
        assertEquals(Duration.ofSeconds(10), control.progress().elapsed());
        assertEquals(Optional.of(Duration.ofSeconds(30)), control.progress().left());
        assertEquals(250, control.progress().done());
        assertEquals(100, control.progress().copied());
        control.passed(750);
        assertEquals(Optional.of(Duration.ZERO), control.progress().left());
    }

    @Test
    void pause_waitsForThePieceUnderWay_andHoldsTheNextOneOff() throws Exception {
        JobControl control = new JobControl(clock, 0, 1000);
        assertTrue(control.proceed(1));
        CompletableFuture<Void> pausing = CompletableFuture.runAsync(control::pause);
        while (control.state() != State.PAUSED) {
            Thread.onSpinWait();
        }
        assertFalse(pausing.isDone());
        control.finished(1, 1, 1);
        pausing.get(60, TimeUnit.SECONDS);
        CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(() -> control.proceed(1));
        assertFalse(next.isDone());
        control.resume();
        assertTrue(next.get(60, TimeUnit.SECONDS));
        assertEquals(State.RUNNING, control.state());
    }

    @Test
    void cancel_ofAPausedJob_endsIt() {
        JobControl control = new JobControl(clock, 0, 1000);
        control.pause();
        control.cancel();
        assertFalse(control.proceed(1));
        assertFalse(control.beginCompletion());
        control.end();
        assertEquals(State.CANCELLED, control.state());
    }

    @Test
    void cancel_ofAJobThatCompletes_isTooLate() {
        JobControl control = new JobControl(clock, 0, 1000);
        assertTrue(control.beginCompletion());
        control.cancel();
        control.pause();
        control.end();
        assertEquals(State.COMPLETED, control.state());
    }

    @Test
    void failures_afterTheFirst_areSuppressed() {
        JobControl control = new JobControl(clock, 0, 1000);
        IOException first = new IOException("first");
        control.fail(first);
        control.fail(new IOException("second"));
        assertFalse(control.proceed(1));
        control.end();
        assertEquals(State.FAILED, control.state());
        assertSame(first, control.failure());
        assertEquals("second", first.getSuppressed()[0].getMessage());
    }
}
