// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.bench;

/**
 * What a bench measured.
 *
 * @param order what was done
 * @param nanos how long it took
 * @param allocatedBytes the heap bytes that the requesting threads allocated meanwhile; -1 where it is not known
 * @param insertedVisits nodes that were asked whether a medium is inserted
 * @param layerVisits layers that were asked beyond the first
 * @param warmUpRequests requests that were made before, and not measured
 */
public record BenchResult(BenchOrder order, long nanos, long allocatedBytes, long insertedVisits, long layerVisits,
        long warmUpRequests) {
    private static final double NANOS = 1e9;
    private static final double MEBIBYTE = 1 << 20;

    /**
     * The time in seconds.
     *
     * @return more than 0
     */
    public double seconds() {
        return Math.max(1, nanos) / NANOS;
    }

    /**
     * Requests a second.
     *
     * @return more than 0
     */
    public double requestsPerSecond() {
        return order.count() / seconds();
    }

    /**
     * MiB a second.
     *
     * @return more than 0
     */
    public double mebibytesPerSecond() {
        return requestsPerSecond() * order.size() / MEBIBYTE;
    }

    /**
     * A count for each request.
     *
     * @param count any count of the whole bench
     * @return its mean
     */
    public double perRequest(long count) {
        return (double) count / order.count();
    }
}
