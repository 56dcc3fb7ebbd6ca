// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * CBC by sector. To decrypt is to decrypt all blocks of a run by themselves and to XOR each with the encrypted one
 * before it. To encrypt is one endless CBC stream: what would chain a sector to the one before is cancelled in the
 * sector's first block, so that the cipher need not be given a new initialization vector each time.
 */
final class CbcLane extends CipherLane {
    private final IvSource ivSource;
    private final Cipher decryptor;
    private final Cipher stream;
    private final byte[] ivs = new byte[BYTES / SectorCipher.SECTOR * BLOCK];
    /** The last encrypted block of the stream. */
    private long chainLow;
    private long chainHigh;

    CbcLane(IvSource ivSource, byte[] key) throws GeneralSecurityException {
        this.ivSource = ivSource;
        this.decryptor = blocks(Cipher.DECRYPT_MODE, key);
        this.stream = Cipher.getInstance("AES/CBC/NoPadding");
        stream.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[BLOCK]));
    }

    @Override
    void encrypt(long sector, int bytes) throws GeneralSecurityException {
        ivSource.fill(sector, bytes / SectorCipher.SECTOR, ivs);
        for (int at = 0; at < bytes; at += SectorCipher.SECTOR) {
            int iv = at / SectorCipher.SECTOR * BLOCK;
            Words.putLittle(in, at, Words.little(in, at) ^ Words.little(ivs, iv) ^ chainLow);
            Words.putLittle(in, at + Long.BYTES,
                    Words.little(in, at + Long.BYTES) ^ Words.little(ivs, iv + Long.BYTES) ^ chainHigh);
            stream.update(in, at, SectorCipher.SECTOR, out, at);
            int last = at + SectorCipher.SECTOR - BLOCK;
            chainLow = Words.little(out, last);
            chainHigh = Words.little(out, last + Long.BYTES);
        }
    }

    @Override
    void decrypt(long sector, int bytes) throws GeneralSecurityException {
        ivSource.fill(sector, bytes / SectorCipher.SECTOR, ivs);
        decryptor.update(in, 0, bytes, out, 0);
        // The encrypted blocks move up by one, and each sector's first place takes its vector.
        System.arraycopy(in, 0, in, BLOCK, bytes - BLOCK);
        for (int at = 0; at < bytes; at += SectorCipher.SECTOR) {
            System.arraycopy(ivs, at / SectorCipher.SECTOR * BLOCK, in, at, BLOCK);
        }
        Words.xor(out, in, bytes);
    }
}
