// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import dev.varve.api.block.Operation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A disk that remembers the requests that reached it. */
public final class RecordingDisk extends MemoryDisk {
    private final List<DiskRequest> requests = new CopyOnWriteArrayList<>();
    private volatile int compressedUnit;

    /**
     * A disk.
     *
     * @param name the value of {@code driver=} that opens it
     * @param content what it holds; kept and changed
     */
    public RecordingDisk(String name, SparseContent content) {
        super(name, content);
    }

    /**
     * Lets the disk take compressed writes, which it stores like any others.
     *
     * @param unit the cluster size that it states, in bytes
     * @return this disk
     */
    public RecordingDisk compressing(int unit) {
        compressedUnit = unit;
        return this;
    }

    @Override
    protected int compressedUnit() {
        return compressedUnit;
    }

    @Override
    protected void arrived(DiskRequest request, ByteBuffer data) {
        requests.add(request);
    }

    /**
     * The requests so far.
     *
     * @return a snapshot, in the order of their arrival
     */
    public List<DiskRequest> requests() {
        return List.copyOf(requests);
    }

    /**
     * The requests of one kind so far.
     *
     * @param operation the kind
     * @return a snapshot, in the order of their arrival
     */
    public List<DiskRequest> requests(Operation operation) {
        return requests.stream().filter(request -> request.operation() == operation).toList();
    }

    /** Forgets the requests so far. */
    public void forget() {
        requests.clear();
    }
}
