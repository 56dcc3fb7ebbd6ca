// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/** CTR by sector: XOR with encrypted counters that begin at the sector's vector and count up as big-endian numbers. */
final class CtrLane extends CipherLane {
    private final IvSource ivSource;
    private final Cipher encryptor;
    private final byte[] ivs = new byte[BYTES / SectorCipher.SECTOR * BLOCK];
    private final byte[] counters = new byte[BYTES];

    CtrLane(IvSource ivSource, byte[] key) throws GeneralSecurityException {
        this.ivSource = ivSource;
        this.encryptor = blocks(Cipher.ENCRYPT_MODE, key);
    }

    @Override
    void encrypt(long sector, int bytes) throws GeneralSecurityException {
        ivSource.fill(sector, bytes / SectorCipher.SECTOR, ivs);
        for (int at = 0; at < bytes; at += SectorCipher.SECTOR) {
            count(at / SectorCipher.SECTOR * BLOCK, at);
        }
        encryptor.update(counters, 0, bytes, out, 0);
        Words.xor(out, in, bytes);
    }

    private void count(int iv, int begin) {
        long high = Words.big(ivs, iv);
        long low = Words.big(ivs, iv + Long.BYTES);
        for (int at = begin; at < begin + SectorCipher.SECTOR; at += BLOCK) {
            Words.putBig(counters, at, high);
            Words.putBig(counters, at + Long.BYTES, low);
            low++;
            high += low == 0 ? 1 : 0;
        }
    }

    @Override
    void decrypt(long sector, int bytes) throws GeneralSecurityException {
        encrypt(sector, bytes);
    }
}
