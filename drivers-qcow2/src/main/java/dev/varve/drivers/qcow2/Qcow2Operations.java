// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.BitmapStore;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.SnapshotStore;
import dev.varve.drivers.qcow2.encryption.EncryptionOptions;
import dev.varve.drivers.qcow2.encryption.ImageEncryption;
import java.io.IOException;
import java.util.function.DoubleConsumer;

/**
 * What can be done with a qcow2 image beyond reading and writing.
 *
 * @param snapshots its internal snapshots
 * @param bitmaps its persistent dirty bitmaps
 * @param encryption its encryption
 */
record Qcow2Operations(SnapshotStore snapshots, BitmapStore bitmaps, ImageEncryption encryption)
        implements ImageOperations {
    @Override
    public void amend(Options changes, boolean force, DoubleConsumer progress) throws IOException {
        if (!EncryptionOptions.isAmending(changes)) {
            throw BlockException.unsupported("the format's options cannot be changed");
        }
        encryption.amend(changes, force);
        progress.accept(1);
    }
}
