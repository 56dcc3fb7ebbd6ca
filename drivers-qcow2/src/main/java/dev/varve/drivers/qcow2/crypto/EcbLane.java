// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/** ECB: the same block gives the same encrypted block everywhere. */
final class EcbLane extends CipherLane {
    private final Cipher encryptor;
    private final Cipher decryptor;

    EcbLane(byte[] key) throws GeneralSecurityException {
        this.encryptor = blocks(Cipher.ENCRYPT_MODE, key);
        this.decryptor = blocks(Cipher.DECRYPT_MODE, key);
    }

    @Override
    void encrypt(long sector, int bytes) throws GeneralSecurityException {
        encryptor.update(in, 0, bytes, out, 0);
    }

    @Override
    void decrypt(long sector, int bytes) throws GeneralSecurityException {
        decryptor.update(in, 0, bytes, out, 0);
    }
}
