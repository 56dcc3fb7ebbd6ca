// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/** XTS (IEEE 1619) of whole sectors: the tweaks of a run at once, then one call of the block cipher between two XORs. */
final class XtsLane extends CipherLane {
    private static final int SECTORS = BYTES / SectorCipher.SECTOR;
    private static final int BLOCKS = SectorCipher.SECTOR / BLOCK;
    /** The primitive polynomial x<sup>128</sup> + x<sup>7</sup> + x<sup>2</sup> + x + 1. */
    private static final long POLYNOMIAL = 0x87;

    private final IvSource ivSource;
    private final Cipher encryptor;
    private final Cipher decryptor;
    private final Cipher tweaker;
    private final byte[] ivs = new byte[SECTORS * BLOCK];
    private final byte[] firstTweaks = new byte[SECTORS * BLOCK];
    private final byte[] tweaks = new byte[BYTES];

    XtsLane(IvSource ivSource, byte[] dataKey, byte[] tweakKey) throws GeneralSecurityException {
        this.ivSource = ivSource;
        this.encryptor = blocks(Cipher.ENCRYPT_MODE, dataKey);
        this.decryptor = blocks(Cipher.DECRYPT_MODE, dataKey);
        this.tweaker = blocks(Cipher.ENCRYPT_MODE, tweakKey);
    }

    @Override
    void encrypt(long sector, int bytes) throws GeneralSecurityException {
        run(encryptor, sector, bytes);
    }

    @Override
    void decrypt(long sector, int bytes) throws GeneralSecurityException {
        run(decryptor, sector, bytes);
    }

    private void run(Cipher cipher, long sector, int bytes) throws GeneralSecurityException {
        int sectors = bytes / SectorCipher.SECTOR;
        ivSource.fill(sector, sectors, ivs);
        tweaker.update(ivs, 0, sectors * BLOCK, firstTweaks, 0);
        expand(firstTweaks, sectors, tweaks);
        Words.xor(in, tweaks, bytes);
        cipher.update(in, 0, bytes, out, 0);
        Words.xor(out, tweaks, bytes);
    }

    /** The tweak of each block is that of the one before it, doubled in the field of 2<sup>128</sup> elements. */
    private static void expand(byte[] first, int sectors, byte[] tweaks) {
        int at = 0;
        for (int sector = 0; sector < sectors; sector++) {
            long low = Words.little(first, sector * BLOCK);
            long high = Words.little(first, sector * BLOCK + Long.BYTES);
            for (int block = 0; block < BLOCKS; block++) {
                Words.putLittle(tweaks, at, low);
                Words.putLittle(tweaks, at + Long.BYTES, high);
                at += BLOCK;
                long carry = high >> 63 & POLYNOMIAL;
                high = high << 1 | low >>> 63;
                low = low << 1 ^ carry;
            }
        }
    }
}
