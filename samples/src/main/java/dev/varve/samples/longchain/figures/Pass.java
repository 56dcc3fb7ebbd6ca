// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

/**
 * One reading of the whole disk.
 *
 * @param seconds what the read calls took; comparing the data with the pattern is not counted
 * @param requests how many requests there were
 * @param insertedVisits nodes that were asked whether a medium is inserted
 * @param layerVisits layers that were asked for data beyond the first
 * @param hits runs that the index of the chain knew
 * @param builds times that the index had to find something out
 */
public record Pass(double seconds, long requests, long insertedVisits, long layerVisits, long hits, long builds) {
    /**
     * Layers asked beyond the first.
     *
     * @return the mean of a request
     */
    public double layerVisitsPerRequest() {
        return requests == 0 ? 0 : (double) layerVisits / requests;
    }
}
