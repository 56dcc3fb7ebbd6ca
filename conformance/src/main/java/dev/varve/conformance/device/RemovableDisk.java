// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import dev.varve.api.spi.NodeEvents;
import dev.varve.api.spi.OpenContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A disk whose medium can be taken out and put back while it is open. */
public final class RemovableDisk extends MemoryDisk {
    private final List<NodeEvents> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong questions = new AtomicLong();
    private volatile boolean inserted = true;

    /**
     * A disk with its medium inserted.
     *
     * @param name the value of {@code driver=} that opens it
     * @param content what the medium holds; kept and changed
     */
    public RemovableDisk(String name, SparseContent content) {
        super(name, content);
    }

    /** Takes the medium out and says so. */
    public void eject() {
        change(false);
    }

    /** Puts the medium back and says so. */
    public void insert() {
        change(true);
    }

    /**
     * How often nodes were asked whether the medium is there.
     *
     * @return the count so far
     */
    public long questions() {
        return questions.get();
    }

    private void change(boolean nowInserted) {
        inserted = nowInserted;
        listeners.forEach(NodeEvents::mediumChanged);
    }

    @Override
    protected boolean isInserted() {
        questions.incrementAndGet();
        return inserted;
    }

    @Override
    protected void opened(OpenContext context) {
        listeners.add(context.events());
    }
}
