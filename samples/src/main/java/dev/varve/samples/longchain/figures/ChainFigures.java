// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import dev.varve.samples.chain.ChainPlan;
import java.util.List;
import java.util.Optional;

/**
 * One chain, measured with both.
 *
 * @param plan the chain
 * @param graph the JSON that it was assembled from
 * @param varve what Varve needed
 * @param walk what Varve needed with {@code chain-collapse=off}; empty where that was not asked for
 * @param qemu what QEMU needed
 */
public record ChainFigures(ChainPlan plan, String graph, VarveFigures varve, Optional<VarveFigures> walk,
        QemuFigures qemu) {
    /**
     * How often {@code bdrv_is_inserted} asks a node when QEMU reads the disk once with requests of one cluster.
     * Calculated from block.c and block/io.c of QEMU 7.2, not measured: the function is called at each layer that a
     * request passes, and there asks all nodes below, two a layer.
     *
     * @param requests how many requests one reading takes
     * @return the mean of a request
     */
    public double qemuInsertedVisits(long requests) {
        List<OwnedRange> owners = varve.read().owners();
        double visits = 0;
        for (OwnedRange range : owners) {
            // What nobody holds is looked for in every layer.
            int depth = range.depth() == OwnedRange.NOBODY ? plan.layers() - 1 : range.depth();
            double passed = depth + 1.0;
            visits += passed * (2.0 * plan.layers() - depth) * range.bytes() / ChainPlan.CLUSTER;
        }
        return requests == 0 ? 0 : visits / requests;
    }
}
