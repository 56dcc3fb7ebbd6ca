// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;

/**
 * A key slot of a LUKS header ("LUKS On-Disk Format Specification", figure 2).
 *
 * @param active whether it holds the master key under a passphrase
 * @param iterations of PBKDF2 for the passphrase
 * @param salt of PBKDF2, {@value #SALT_BYTES} bytes; not to be changed
 * @param materialSector where its key material begins, in sectors from the header
 */
public record KeySlot(boolean active, long iterations, byte[] salt, long materialSector) {
    /** The number of slots of a header. */
    public static final int COUNT = 8;
    /** Stripes of the key material; other numbers do not occur. */
    public static final int STRIPES = 4000;

    static final int BYTES = 48;
    static final int SALT_BYTES = 32;

    private static final int ENABLED = 0x00ac_71f3;
    private static final int DISABLED = 0x0000_dead;

    /** Reads a slot at the position. */
    static KeySlot parse(int number, ByteBuffer in) throws BlockException {
        int state = in.getInt();
        if (state != ENABLED && state != DISABLED) {
            throw BlockException.corrupt("Keyslot " + number + " state (active/disable) is corrupted: 0x"
                    + Integer.toHexString(state) + ", allowed are 0xac71f3 and 0xdead");
        }
        long iterations = Integer.toUnsignedLong(in.getInt());
        byte[] salt = new byte[SALT_BYTES];
        in.get(salt);
        long sector = Integer.toUnsignedLong(in.getInt());
        long stripes = Integer.toUnsignedLong(in.getInt());
        if (stripes != STRIPES) {
            throw BlockException.corrupt("Keyslot " + number + " is corrupted (stripes count " + stripes + " != "
                    + STRIPES + ")");
        }
        if (state == ENABLED && iterations == 0) {
            throw BlockException.corrupt("Keyslot " + number + " iteration count is zero");
        }
        if (state == ENABLED && iterations > IterationCount.MAX) {
            throw BlockException.unsupported("Keyslot " + number + " iteration count is " + iterations
                    + ", allowed is at most " + IterationCount.MAX);
        }
        return new KeySlot(state == ENABLED, iterations, salt, sector);
    }

    /** Writes the slot at the position. */
    void encode(ByteBuffer out) {
        out.putInt(active ? ENABLED : DISABLED).putInt((int) iterations).put(salt).putInt((int) materialSector)
                .putInt(STRIPES);
    }

    KeySlot activated(long newIterations, byte[] newSalt) {
        return new KeySlot(true, newIterations, newSalt, materialSector);
    }

    KeySlot erased() {
        return new KeySlot(false, 0, new byte[SALT_BYTES], materialSector);
    }
}
