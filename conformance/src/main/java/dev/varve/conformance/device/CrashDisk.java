// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import dev.varve.api.block.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A disk with a volatile cache: it remembers every change and every flush, and tells what it may hold after a power
 * cut. Changes before the last flush are all there; of those after it any may be missing, and of a write any sectors.
 * A moment is a number of events, changes and flushes, that had happened. Thread-safe.
 */
public class CrashDisk extends MemoryDisk {
    /** What is written whole or not at all, in bytes. */
    public static final int SECTOR = 512;

    private final SparseContent initial;
    private final List<Event> events = new ArrayList<>();
    private SparseContent atReached;
    private int reached;

    /**
     * A disk.
     *
     * @param name the value of {@code driver=} that opens it
     * @param content what it holds, on stable storage; kept and changed
     */
    public CrashDisk(String name, SparseContent content) {
        super(name, content);
        this.initial = content.copy();
        this.atReached = initial;
    }

    /**
     * Called for each request before it is remembered and carried out, on the thread that brought it.
     *
     * @param request what is asked for
     * @throws IOException to refuse it with nothing changed
     */
    protected void before(DiskRequest request) throws IOException {
        // A plain disk does what it is asked.
    }

    @Override
    protected final void arrived(DiskRequest request, ByteBuffer data) throws IOException {
        before(request);
        remember(request, data);
    }

    private synchronized void remember(DiskRequest request, ByteBuffer data) {
        if (request.isChange() || request.operation() == Operation.FLUSH) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            events.add(new Event(request, bytes));
        }
    }

    /**
     * How many changes and flushes have arrived.
     *
     * @return the moment that is now
     */
    public final synchronized int events() {
        return events.size();
    }

    /**
     * The moment up to which all was stable.
     *
     * @param cut a moment, 0 to {@link #events()}
     * @return the moment just after the last flush, at most {@code cut}; 0 where nothing was flushed
     */
    public final synchronized int stable(int cut) {
        int stable = cut;
        while (stable > 0 && !events.get(stable - 1).isFlush()) {
            stable--;
        }
        return stable;
    }

    /**
     * What the disk holds if the power fails at a moment and nothing is lost.
     *
     * @param cut a moment, 0 to {@link #events()}
     * @return new content
     */
    public final synchronized SparseContent after(int cut) {
        // Cuts are looked at in order mostly: then there is little left to do each time.
        SparseContent content = reached <= cut ? atReached.copy() : initial.copy();
        events.subList(reached <= cut ? reached : 0, cut).forEach(event -> event.applyTo(content));
        atReached = content.copy();
        reached = cut;
        return content;
    }

    /**
     * What the disk may hold if the power fails at a moment: all that was flushed, and of the later changes whatever
     * the dice say: some whole, some missing, some torn.
     *
     * @param cut a moment, 0 to {@link #events()}
     * @param random the dice
     * @return new content
     */
    public final synchronized SparseContent powerCut(int cut, RandomGenerator random) {
        int stable = stable(cut);
        SparseContent content = after(stable);
        for (Event event : events.subList(stable, cut)) {
            int dice = random.nextInt(5);
            if (dice < 2) {
                event.applyTo(content);
            } else if (dice == 2) {
                event.applyPartlyTo(content, random);
            }
        }
        return content;
    }

    /**
     * The changes and flushes.
     *
     * @return a snapshot, in the order of their arrival
     */
    public final synchronized List<DiskRequest> log() {
        return events.stream().map(Event::request).toList();
    }

    private record Event(DiskRequest request, byte[] data) {
        boolean isFlush() {
            return request.operation() == Operation.FLUSH;
        }

        void applyTo(SparseContent content) {
            switch (request.operation()) {
                case WRITE -> content.write(request.offset(), ByteBuffer.wrap(data));
                case WRITE_ZEROES -> content.zero(request.offset(), request.bytes());
                case DISCARD -> discard(content);
                case TRUNCATE -> content.truncate(request.bytes());
                default -> {
                    // A flush changes nothing.
                }
            }
        }

        /** A discard never grows the disk, which may be shorter where an earlier truncate is missing. */
        private void discard(SparseContent content) {
            long end = Math.min(content.size(), request.offset() + request.bytes());
            if (end > request.offset()) {
                content.zero(request.offset(), end - request.offset());
            }
        }

        void applyPartlyTo(SparseContent content, RandomGenerator random) {
            for (int from = 0; from < data.length; from += SECTOR) {
                if (random.nextBoolean()) {
                    int length = Math.min(SECTOR, data.length - from);
                    content.write(request.offset() + from, ByteBuffer.wrap(data, from, length));
                }
            }
        }
    }
}
