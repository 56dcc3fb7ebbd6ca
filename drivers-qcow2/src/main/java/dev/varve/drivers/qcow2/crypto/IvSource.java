// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/** Makes the initialization vectors of runs of sectors. Confined to one lane. */
sealed interface IvSource {
    /** Puts the vectors of sectors that follow each other, {@link CipherLane#BLOCK} bytes each. */
    void fill(long sector, int sectors, byte[] ivs) throws GeneralSecurityException;

    static IvSource of(CipherSpec spec, byte[] key) throws BlockException, GeneralSecurityException {
        return switch (spec.iv()) {
            case PLAIN -> new Plain(0xffff_ffffL);
            case PLAIN64 -> new Plain(-1);
            case ESSIV -> new Essiv(CipherLane.blocks(Cipher.ENCRYPT_MODE, spec.essivHash().digest().digest(key)),
                    new byte[CipherLane.BYTES / SectorCipher.SECTOR * CipherLane.BLOCK]);
        };
    }

    /** The number of the sector, or its lower half. */
    record Plain(long mask) implements IvSource {
        @Override
        public void fill(long sector, int sectors, byte[] ivs) {
            for (int i = 0; i < sectors; i++) {
                Words.putLittle(ivs, i * CipherLane.BLOCK, sector + i & mask);
                Words.putLittle(ivs, i * CipherLane.BLOCK + Long.BYTES, 0);
            }
        }
    }

    /** The encrypted number of the sector. */
    record Essiv(Cipher cipher, byte[] numbers) implements IvSource {
        @Override
        public void fill(long sector, int sectors, byte[] ivs) throws GeneralSecurityException {
            for (int i = 0; i < sectors; i++) {
                Words.putLittle(numbers, i * CipherLane.BLOCK, sector + i);
            }
            cipher.update(numbers, 0, sectors * CipherLane.BLOCK, ivs, 0);
        }
    }
}
