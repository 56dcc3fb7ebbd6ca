// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** What two requests that change the length of a file at the same time do to each other. */
class FileGrowthTest {
    /** A file of a length and nothing else, which can call back when it has told the length. */
    private static final class LengthOnly implements HostFile {
        private long length = 100;
        private Runnable afterLength = () -> { };
        private boolean full;

        @Override
        public String path() {
            return "length-only";
        }

        @Override
        public boolean isDevice() {
            return false;
        }

        @Override
        public int requestAlignment() {
            return 1;
        }

        @Override
        public int memoryAlignment() {
            return 1;
        }

        @Override
        public int zeroAlignment() {
            return 1;
        }

        @Override
        public long length() {
            long told;
            Runnable then;
            synchronized (this) {
                told = length;
                then = afterLength;
                afterLength = () -> { };
            }
            then.run();
            return told;
        }

        @Override
        public void read(long offset, ByteBuffer dst) {
            dst.position(dst.limit());
        }

        @Override
        public synchronized void write(long offset, ByteBuffer src) throws BlockException {
            length = Math.max(length, offset + (full ? 1 : src.remaining()));
            if (full) {
                throw new BlockException(ErrorKind.NO_SPACE, "full");
            }
            src.position(src.limit());
        }

        @Override
        public synchronized void setLength(long newLength) {
            length = newLength;
        }

        @Override
        public boolean zeroRange(long offset, long bytes) {
            return false;
        }

        @Override
        public boolean punchHole(long offset, long bytes) {
            return true;
        }

        @Override
        public boolean allocate(long offset, long bytes) {
            return false;
        }

        @Override
        public boolean discard(long offset, long bytes) {
            return true;
        }

        @Override
        public long nextData(long offset) {
            return UNKNOWN;
        }

        @Override
        public long nextHole(long offset) {
            return UNKNOWN;
        }

        @Override
        public void sync() {
            // Nothing is held back.
        }

        @Override
        public long allocatedBytes() {
            return UNKNOWN;
        }

        @Override
        public long changeStamp() {
            return length;
        }

        @Override
        public Optional<LockBytes> locks() {
            return Optional.empty();
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    /** Starts a write of 10 bytes at 1000 and waits until it is through or has to wait itself. */
    private static Runnable appendMeanwhile(FileSpace space, FutureTask<?>[] append) {
        return () -> {
            append[0] = new FutureTask<>(() -> {
                space.write(1000, ByteBuffer.allocateDirect(10));
                return null;
            });
            Thread thread = Thread.ofPlatform().start(append[0]);
            while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TERMINATED) {
                Thread.onSpinWait();
            }
        };
    }

    @Test
    void writeZeroes_growsWhileAnotherAppends_doesNotCutIt() throws BlockException, InterruptedException,
            ExecutionException {
        LengthOnly file = new LengthOnly();
        FileSpace space = new FileSpace(file);
        FutureTask<?>[] append = new FutureTask<?>[1];
        file.afterLength = appendMeanwhile(space, append);
        space.writeZeroes(200, 50, RequestFlags.MAY_UNMAP);
        append[0].get();
        assertEquals(1010, file.length);
        assertEquals(1010, space.size());
    }

    @Test
    void truncate_whileAnotherAppends_comesBeforeOrAfter() throws BlockException, InterruptedException,
            ExecutionException {
        LengthOnly file = new LengthOnly();
        FileSpace space = new FileSpace(file);
        FutureTask<?>[] append = new FutureTask<?>[1];
        file.afterLength = appendMeanwhile(space, append);
        space.truncate(50, Preallocation.OFF);
        append[0].get();
        assertEquals(file.length, space.size());
        assertEquals(1010, file.length);
    }

    @Test
    void write_failsHalfWay_sizeFollowsTheFile() throws BlockException {
        LengthOnly file = new LengthOnly();
        FileSpace space = new FileSpace(file);
        file.full = true;
        assertThrows(BlockException.class, () -> space.write(500, ByteBuffer.allocateDirect(10)));
        assertEquals(501, space.size());
    }
}
