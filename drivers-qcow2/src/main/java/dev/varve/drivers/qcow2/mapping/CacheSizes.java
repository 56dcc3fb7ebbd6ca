// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.layout.Geometry;
import java.util.OptionalLong;

/**
 * How much of the tables a node keeps in memory, in bytes. These are bounds: nothing is set aside.
 *
 * @param l2Bytes the most bytes of L2 slices
 * @param sliceBytes bytes of an L2 slice
 * @param refcountBytes the most bytes of refcount blocks
 */
public record CacheSizes(long l2Bytes, int sliceBytes, long refcountBytes) {
    private static final long MAX_DEFAULT_L2_BYTES = 32L << 20;
    private static final long MIN_REFCOUNT_CLUSTERS = 4;
    private static final int DEFAULT_SLICE_BYTES = 4096;
    private static final int MIN_SLICE_BYTES = 512;

    /**
     * What was asked for; empty where an option was left out.
     *
     * @param total {@code cache-size}
     * @param l2 {@code l2-cache-size}
     * @param refcount {@code refcount-cache-size}
     * @param slice {@code l2-cache-entry-size}
     */
    public record Wishes(OptionalLong total, OptionalLong l2, OptionalLong refcount, OptionalLong slice) {}

    /** Combines the wishes as QEMU's {@code read_cache_sizes}. */
    public static CacheSizes of(Wishes wishes, Geometry geometry, long size) throws BlockException {
        CacheSizes sizes = combine(wishes, geometry, size);
        if (sizes.l2Bytes / sizes.sliceBytes > Integer.MAX_VALUE) {
            throw BlockException.invalidOption("L2 cache size too big");
        }
        if (sizes.refcountBytes / geometry.clusterSize() > Integer.MAX_VALUE) {
            throw BlockException.invalidOption("Refcount cache size too big");
        }
        return sizes;
    }

    private static CacheSizes combine(Wishes wishes, Geometry geometry, long size) throws BlockException {
        long wholeDisk = geometry.l1EntriesFor(size) * geometry.clusterSize();
        long minRefcount = MIN_REFCOUNT_CLUSTERS * geometry.clusterSize();
        int slice = sliceBytes(wishes.slice(), geometry);
        if (wishes.total().isEmpty()) {
            return new CacheSizes(wishes.l2().orElse(Math.min(wholeDisk, MAX_DEFAULT_L2_BYTES)), slice,
                    wishes.refcount().orElse(minRefcount));
        }
        long total = wishes.total().getAsLong();
        if (wishes.l2().isPresent() && wishes.refcount().isPresent()) {
            throw BlockException.invalidOption("cache-size, l2-cache-size and refcount-cache-size may not be set at "
                    + "the same time");
        }
        notMore("l2-cache-size", wishes.l2(), total);
        notMore("refcount-cache-size", wishes.refcount(), total);
        if (wishes.l2().isPresent()) {
            return new CacheSizes(wishes.l2().getAsLong(), slice, total - wishes.l2().getAsLong());
        }
        if (wishes.refcount().isPresent()) {
            return new CacheSizes(total - wishes.refcount().getAsLong(), slice, wishes.refcount().getAsLong());
        }
        long l2 = total >= wholeDisk + minRefcount ? wholeDisk : total - Math.min(total, minRefcount);
        return new CacheSizes(l2, slice, total - l2);
    }

    private static void notMore(String option, OptionalLong value, long total) throws BlockException {
        if (value.orElse(0) > total) {
            throw BlockException.invalidOption(option + " may not exceed cache-size");
        }
    }

    private static int sliceBytes(OptionalLong wish, Geometry geometry) throws BlockException {
        if (wish.isEmpty()) {
            return Math.min(DEFAULT_SLICE_BYTES, geometry.clusterSize());
        }
        long bytes = wish.getAsLong();
        if (bytes < MIN_SLICE_BYTES || bytes > geometry.clusterSize() || Long.bitCount(bytes) != 1) {
            throw BlockException.invalidOption("L2 cache entry size must be a power of two between " + MIN_SLICE_BYTES
                    + " and the cluster size (" + geometry.clusterSize() + "), l2-cache-entry-size is " + bytes);
        }
        return (int) bytes;
    }
}
