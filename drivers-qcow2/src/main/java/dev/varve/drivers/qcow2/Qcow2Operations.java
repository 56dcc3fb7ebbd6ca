// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.Options;
import dev.varve.drivers.qcow2.encryption.EncryptionOptions;
import dev.varve.drivers.qcow2.encryption.ImageEncryption;
import java.io.IOException;
import java.util.function.DoubleConsumer;

/**
 * What can be done with an image beyond reading and writing.
 *
 * @param encryption of the image
 */
record Qcow2Operations(ImageEncryption encryption) implements ImageOperations {
    @Override
    public void amend(Options changes, boolean force, DoubleConsumer progress) throws IOException {
        if (!EncryptionOptions.isAmending(changes)) {
            throw BlockException.unsupported("the format's options cannot be changed");
        }
        encryption.amend(changes, force);
        progress.accept(1);
    }
}
