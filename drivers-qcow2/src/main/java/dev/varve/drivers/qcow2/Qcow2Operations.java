// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.RepairScope;
import dev.varve.api.spi.BitmapStore;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.SnapshotStore;
import dev.varve.drivers.qcow2.encryption.ImageEncryption;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * What can be done with a qcow2 image beyond reading and writing.
 *
 * @param node the image
 * @param snapshots its internal snapshots
 * @param bitmaps its persistent dirty bitmaps
 * @param encryption its encryption
 */
record Qcow2Operations(Qcow2Node node, SnapshotStore snapshots, BitmapStore bitmaps, ImageEncryption encryption)
        implements ImageOperations {
    @Override
    public CheckReport repair(RepairScope scope, Consumer<CheckFinding> findings) throws IOException {
        return node.repair(scope, findings);
    }

    @Override
    public void amend(Options changes, boolean force, DoubleConsumer progress) throws IOException {
        node.amend(new Amendment(changes, force, encryption), progress);
    }

    @Override
    public void makeEmpty() throws IOException {
        node.makeEmpty();
    }
}
