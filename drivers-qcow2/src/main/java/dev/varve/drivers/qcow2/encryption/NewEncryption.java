// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.encryption;

import dev.varve.api.spi.BlockChild;
import dev.varve.drivers.qcow2.crypto.LuksHeader;
import dev.varve.drivers.qcow2.crypto.LuksSettings;
import dev.varve.drivers.qcow2.crypto.LuksVolume;
import dev.varve.drivers.qcow2.layout.HeaderExtension.EncryptionHeader;
import java.io.IOException;
import java.util.Optional;

/**
 * The encryption that a new image gets.
 *
 * @param luks how the LUKS header is made; empty for the legacy AES
 * @param password its bytes
 */
public record NewEncryption(Optional<LuksSettings> luks, byte[] password) {
    /**
     * The value of the header's field crypt_method.
     *
     * @return 1 AES, 2 LUKS
     */
    public int cryptMethod() {
        return luks.isPresent() ? ImageEncryption.METHOD_LUKS : ImageEncryption.METHOD_AES;
    }

    /**
     * The length of the LUKS header with its key material.
     *
     * @return bytes; 0 where there is none
     */
    public long headerBytes() {
        return luks.map(settings -> LuksHeader.payloadOffset(settings.cipher())).orElse(0L);
    }

    /**
     * Makes the LUKS header, where there is one.
     *
     * @param file the image
     * @param place where in it; reads as zeroes
     * @return what encrypts the image's clusters
     * @throws IOException if an algorithm is not offered, or the file failed
     */
    public ClusterCipher format(BlockChild file, EncryptionHeader place) throws IOException {
        if (luks.isEmpty()) {
            return ImageEncryption.aes(password);
        }
        return ImageEncryption.luks(LuksVolume.format(new ExtensionStorage(file, place), luks.get(), password),
                password);
    }
}
