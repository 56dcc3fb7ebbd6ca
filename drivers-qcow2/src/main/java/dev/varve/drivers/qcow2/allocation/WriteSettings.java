// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

/**
 * The options of a node that matter for writing.
 *
 * @param refcountCacheBytes the most bytes of refcount blocks to keep
 * @param overlapLevel what writes are compared with
 * @param discardRequest whether the storage is told what a discard freed
 * @param discardSnapshot whether the storage is told what snapshots gave up
 * @param discardOther whether the storage is told what else became free
 */
public record WriteSettings(long refcountCacheBytes, OverlapLevel overlapLevel, boolean discardRequest,
        boolean discardSnapshot, boolean discardOther) {
}
