// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

/**
 * The options of a node that matter for writing.
 *
 * @param refcountCacheBytes the most bytes of refcount blocks to keep
 * @param overlaps what writes are compared with
 * @param discardRequest whether the storage is told what a discard freed
 * @param discardSnapshot whether the storage is told what snapshots gave up
 * @param discardOther whether the storage is told what else became free
 * @param lazyRefcounts whether refcounts may reach the file late, in an image that is marked dirty meanwhile
 */
public record WriteSettings(long refcountCacheBytes, OverlapSettings overlaps, boolean discardRequest,
        boolean discardSnapshot, boolean discardOther, boolean lazyRefcounts) {
}
