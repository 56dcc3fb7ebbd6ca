// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

/**
 * The options that every node has, as they apply to one node after inheritance. The edges above the node apply
 * {@code discard} and {@code detectZeroes}; drivers need not.
 *
 * @param readOnly the node must not be written ({@code read-only})
 * @param forceShare others may do anything with the image meanwhile ({@code force-share})
 * @param cacheDirect bypass the host's page cache ({@code cache.direct})
 * @param cacheNoFlush flushes need not reach stable storage ({@code cache.no-flush})
 * @param discardUnmap discards are passed on rather than ignored ({@code discard=unmap})
 * @param detectZeroes what happens to writes of zero bytes ({@code detect-zeroes})
 * @param chainCollapse reads of a frozen chain from this node on go through one index of it ({@code chain-collapse})
 */
public record NodeSettings(boolean readOnly, boolean forceShare, boolean cacheDirect, boolean cacheNoFlush,
        boolean discardUnmap, DetectZeroes detectZeroes, boolean chainCollapse) {
    /** What happens to writes of zero bytes. */
    public enum DetectZeroes {
        /** They are written. */
        OFF,
        /** They become write zeroes. */
        ON,
        /** They become write zeroes that may deallocate. */
        UNMAP
    }

    /** QEMU's defaults, with collapsed chains. */
    public static final NodeSettings DEFAULT =
            new NodeSettings(false, false, false, false, false, DetectZeroes.OFF, true);

    /**
     * These settings with another value of {@code read-only}.
     *
     * @param value the value
     * @return new settings
     */
    public NodeSettings withReadOnly(boolean value) {
        return new NodeSettings(value, forceShare, cacheDirect, cacheNoFlush, discardUnmap, detectZeroes,
                chainCollapse);
    }

    // Written out, since a command compares these as it starts: what the compiler makes of a record is linked then.
    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof NodeSettings that && bits() == that.bits()
                && detectZeroes == that.detectZeroes;
    }

    @Override
    public int hashCode() {
        return 31 * detectZeroes.ordinal() + bits();
    }

    private int bits() {
        return (readOnly ? 1 : 0) | (forceShare ? 2 : 0) | (cacheDirect ? 4 : 0) | (cacheNoFlush ? 8 : 0)
                | (discardUnmap ? 16 : 0) | (chainCollapse ? 32 : 0);
    }
}
