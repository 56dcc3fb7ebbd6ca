// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

/**
 * One reading of the whole disk.
 *
 * @param seconds what the read calls took; comparing the data with the pattern is not counted
 * @param requests how many requests there were
 * @param insertedVisits nodes that were asked whether a medium is inserted
 * @param layerVisits layers that were asked for data beyond the first
 */
public record Pass(double seconds, long requests, long insertedVisits, long layerVisits) {
    /**
     * Nodes asked whether a medium is inserted.
     *
     * @return the mean of a request
     */
    public double insertedVisitsPerRequest() {
        return requests == 0 ? 0 : (double) insertedVisits / requests;
    }

    /**
     * Layers asked beyond the first.
     *
     * @return the mean of a request
     */
    public double layerVisitsPerRequest() {
        return requests == 0 ? 0 : (double) layerVisits / requests;
    }
}
