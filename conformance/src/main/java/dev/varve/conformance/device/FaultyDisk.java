// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/** A disk that fails requests on demand, with kind IO unless told otherwise and nothing changed. Thread-safe. */
public final class FaultyDisk extends MemoryDisk {
    private record Fault(long first, long last) {}

    private final Map<Operation, Long> arrivals = new EnumMap<>(Operation.class);
    private final Map<Operation, Fault> faults = new EnumMap<>(Operation.class);
    private long failures;
    private ErrorKind kind = ErrorKind.IO;

    /**
     * A disk that works until told to fail.
     *
     * @param name the value of {@code driver=} that opens it
     * @param content what it holds; kept and changed
     */
    public FaultyDisk(String name, SparseContent content) {
        super(name, content);
    }

    /**
     * Fails with another kind from now on.
     *
     * @param failure the kind of each failure
     * @return this disk
     */
    public synchronized FaultyDisk failingWith(ErrorKind failure) {
        kind = failure;
        return this;
    }

    /**
     * Fails one request.
     *
     * @param operation its kind
     * @param number which of those that arrive from now on, the next being 0
     */
    public synchronized void failOnce(Operation operation, long number) {
        long first = arrivals(operation) + number;
        faults.put(operation, new Fault(first, first));
    }

    /**
     * Fails every request of a kind from one on.
     *
     * @param operation the kind
     * @param number the first of those that arrive from now on to fail, the next being 0
     */
    public synchronized void failFrom(Operation operation, long number) {
        faults.put(operation, new Fault(arrivals(operation) + number, Long.MAX_VALUE));
    }

    /** Works again. */
    public synchronized void repair() {
        faults.clear();
    }

    /**
     * How many requests failed so far.
     *
     * @return the count of all kinds
     */
    public synchronized long failures() {
        return failures;
    }

    /**
     * How many requests of a kind have arrived so far.
     *
     * @param operation the kind
     * @return those that failed included
     */
    public synchronized long arrivals(Operation operation) {
        return arrivals.getOrDefault(operation, 0L);
    }

    @Override
    protected synchronized void arrived(DiskRequest request, ByteBuffer data) throws IOException {
        long number = arrivals.merge(request.operation(), 1L, Long::sum) - 1;
        Fault fault = faults.get(request.operation());
        if (fault != null && number >= fault.first && number <= fault.last) {
            failures++;
            throw new BlockException(kind, "the device failed on purpose");
        }
    }
}
