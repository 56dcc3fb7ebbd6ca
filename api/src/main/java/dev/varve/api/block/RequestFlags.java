// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

/**
 * Flags of one request: an immutable bit set (QEMU's {@code BDRV_REQ_*}).
 *
 * @param bits the flags, one bit each
 */
public record RequestFlags(int bits) {
    /** No flag. */
    public static final RequestFlags NONE = new RequestFlags(0);
    /** The request is on stable storage when it returns. Emulated by a flush where a node lacks it. */
    public static final RequestFlags FUA = new RequestFlags(1);
    /** Write zeroes may deallocate. Dropped where a node lacks it or discard is ignored. */
    public static final RequestFlags MAY_UNMAP = new RequestFlags(2);
    /** Write zeroes fails with kind UNSUPPORTED instead of writing zero bytes. */
    public static final RequestFlags NO_FALLBACK = new RequestFlags(4);
    /** The data is to be stored compressed, or the write fails. */
    public static final RequestFlags COMPRESSED = new RequestFlags(8);
    /** The data equals what is visible already: needs WRITE_UNCHANGED only. */
    public static final RequestFlags WRITE_UNCHANGED = new RequestFlags(16);

    private static final int KNOWN = 31;

    /** Rejects unknown bits. */
    public RequestFlags {
        if ((bits & ~KNOWN) != 0) {
            throw new IllegalArgumentException("unknown request flags 0x" + Integer.toHexString(bits & ~KNOWN));
        }
    }

    /**
     * These flags and others.
     *
     * @param other flags to add
     * @return the union
     */
    public RequestFlags with(RequestFlags other) {
        return has(other) ? this : new RequestFlags(bits | other.bits);
    }

    /**
     * These flags without others.
     *
     * @param other flags to remove
     * @return the difference
     */
    public RequestFlags without(RequestFlags other) {
        return (bits & other.bits) == 0 ? this : new RequestFlags(bits & ~other.bits);
    }

    /**
     * Tells whether all of the given flags are set.
     *
     * @param other flags to look for
     * @return true where each is set here
     */
    public boolean has(RequestFlags other) {
        return (bits & other.bits) == other.bits;
    }
}
