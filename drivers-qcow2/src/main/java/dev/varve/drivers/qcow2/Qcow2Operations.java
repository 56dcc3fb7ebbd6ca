// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.spi.BitmapStore;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.SnapshotStore;

/**
 * What can be done with a qcow2 image beyond reading and writing.
 *
 * @param snapshots its internal snapshots
 * @param bitmaps its persistent dirty bitmaps
 */
record Qcow2Operations(SnapshotStore snapshots, BitmapStore bitmaps) implements ImageOperations {
}
