// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;

/**
 * The arithmetic of clusters, tables and refcount blocks ("Cluster mapping" and "Host cluster management"). A cluster
 * number is an offset divided by the cluster size, guest or host as the name says.
 *
 * @param version 2 or 3
 * @param clusterBits the power of two of the cluster size, 9 to 21
 * @param refcountOrder the power of two of a refcount's width in bits, 0 to 6; 4 in version 2
 * @param extendedL2 whether L2 entries have a bitmap of subclusters; never in version 2 and below 16 KiB
 * @param dataFile whether guest clusters are in an external data file, whose offset 0 is a host cluster too
 */
public record Geometry(int version, int clusterBits, int refcountOrder, boolean extendedL2, boolean dataFile) {
    /** The smallest clusters have 512 bytes. */
    public static final int MIN_CLUSTER_BITS = 9;
    /** The largest clusters have 2 MiB. */
    public static final int MAX_CLUSTER_BITS = 21;
    /** The widest refcounts have 64 bits. */
    public static final int MAX_REFCOUNT_ORDER = 6;
    /** The refcount order of version 2. */
    public static final int DEFAULT_REFCOUNT_ORDER = 4;

    /** Subclusters have at least 512 bytes. */
    public static final int MIN_EXTENDED_CLUSTER_BITS = 14;

    private static final int ENTRY_BITS = 3;
    private static final int SUBCLUSTER_COUNT_BITS = 5;

    /** Checks the ranges; numbers from an image go through {@link #parse}. */
    public Geometry {
        if (version < 2 || version > 3 || clusterBits < MIN_CLUSTER_BITS || clusterBits > MAX_CLUSTER_BITS
                || refcountOrder < 0 || refcountOrder > MAX_REFCOUNT_ORDER
                || version == 2 && (refcountOrder != DEFAULT_REFCOUNT_ORDER || extendedL2 || dataFile)
                || extendedL2 && clusterBits < MIN_EXTENDED_CLUSTER_BITS) {
            throw new IllegalArgumentException("version " + version + ", cluster_bits " + clusterBits
                    + ", refcount_order " + refcountOrder);
        }
    }

    /** Without extended L2 entries and external data file. */
    public Geometry(int version, int clusterBits, int refcountOrder) {
        this(version, clusterBits, refcountOrder, false, false);
    }

    /**
     * This geometry with the features of a header.
     *
     * @param features the header's
     * @return a geometry
     * @throws BlockException of kind CORRUPT where clusters are too small for subclusters
     */
    public Geometry with(Features features) throws BlockException {
        boolean extended = features.hasIncompatible(Features.EXTENDED_L2);
        if (extended) {
            FieldChecks.range("cluster_bits with extended L2 entries", clusterBits, MIN_EXTENDED_CLUSTER_BITS,
                    MAX_CLUSTER_BITS);
        }
        boolean external = features.hasIncompatible(Features.DATA_FILE);
        return extended || external ? new Geometry(version, clusterBits, refcountOrder, extended, external) : this;
    }

    /**
     * The geometry that a header states.
     *
     * @param version 2 or 3
     * @param clusterBits the field cluster_bits
     * @param refcountOrder the field refcount_order, or 4 in version 2
     * @return checked
     * @throws BlockException of kind CORRUPT that names the field
     */
    public static Geometry parse(int version, int clusterBits, int refcountOrder) throws BlockException {
        FieldChecks.range("cluster_bits", Integer.toUnsignedLong(clusterBits), MIN_CLUSTER_BITS, MAX_CLUSTER_BITS);
        FieldChecks.range("refcount_order", Integer.toUnsignedLong(refcountOrder), 0, MAX_REFCOUNT_ORDER);
        return new Geometry(version, clusterBits, refcountOrder);
    }

    /**
     * The cluster size.
     *
     * @return bytes, 512 to 2 MiB
     */
    public int clusterSize() {
        return 1 << clusterBits;
    }

    /**
     * The position inside its cluster.
     *
     * @param offset a guest or host offset
     * @return bytes, less than the cluster size
     */
    public int offsetInCluster(long offset) {
        return (int) (offset & (clusterSize() - 1));
    }

    /**
     * The cluster of an offset.
     *
     * @param offset a guest or host offset
     * @return its cluster number
     */
    public long clusterOf(long offset) {
        return offset >>> clusterBits;
    }

    /**
     * Where a cluster begins.
     *
     * @param cluster a cluster number
     * @return bytes
     */
    public long offsetOf(long cluster) {
        return cluster << clusterBits;
    }

    /**
     * How many clusters hold so many bytes.
     *
     * @param bytes at least 0
     * @return rounded up
     */
    public long clustersFor(long bytes) {
        return bytes == 0 ? 0 : (bytes - 1 >>> clusterBits) + 1;
    }

    /**
     * The unit that L2 tables describe: a subcluster with extended L2 entries, otherwise a cluster.
     *
     * @return the power of two of its bytes
     */
    public int unitBits() {
        return extendedL2 ? clusterBits - SUBCLUSTER_COUNT_BITS : clusterBits;
    }

    /**
     * The bytes of the unit that L2 tables describe.
     *
     * @return 512 to 2 MiB
     */
    public int unitSize() {
        return 1 << unitBits();
    }

    /**
     * The position inside its unit.
     *
     * @param offset a guest or host offset
     * @return bytes, less than the unit
     */
    public int offsetInUnit(long offset) {
        return (int) (offset & unitSize() - 1);
    }

    /**
     * The subcluster of an offset inside its cluster.
     *
     * @param offset a guest offset
     * @return 0 to 31; 0 without extended L2 entries
     */
    public int subclusterOf(long offset) {
        return offsetInCluster(offset) >>> unitBits();
    }

    /**
     * An offset rounded up to the unit.
     *
     * @param offset a guest offset
     * @return bytes
     */
    public long unitUp(long offset) {
        return offset + unitSize() - 1 & -(long) unitSize();
    }

    /**
     * The length of an L2 entry.
     *
     * @return 8 bytes, or 16 where it is extended
     */
    public int l2EntryBytes() {
        return extendedL2 ? 2 * Long.BYTES : Long.BYTES;
    }

    /**
     * The number of bits of an index into an L2 table.
     *
     * @return 6 to 18
     */
    public int l2Bits() {
        return clusterBits - ENTRY_BITS - (extendedL2 ? 1 : 0);
    }

    /**
     * Entries of an L2 table, which has one cluster.
     *
     * @return 64 to 262,144
     */
    public int l2Entries() {
        return 1 << l2Bits();
    }

    /**
     * Guest bytes that one L2 table maps.
     *
     * @return 32 KiB to 512 GiB
     */
    public long l2Coverage() {
        return 1L << clusterBits + l2Bits();
    }

    /**
     * The L1 entry of a guest offset.
     *
     * @param guestOffset bytes
     * @return an index into the L1 table
     */
    public long l1Index(long guestOffset) {
        return guestOffset >>> clusterBits + l2Bits();
    }

    /**
     * The L2 entry of a guest offset.
     *
     * @param guestOffset bytes
     * @return an index into its L2 table
     */
    public int l2Index(long guestOffset) {
        return (int) (guestOffset >>> clusterBits) & l2Entries() - 1;
    }

    /**
     * How many L1 entries map a disk.
     *
     * @param size the virtual size in bytes, at least 0
     * @return entries
     */
    public long l1EntriesFor(long size) {
        return size == 0 ? 0 : l1Index(size - 1) + 1;
    }

    /**
     * The width of refcounts.
     *
     * @return access to refcounts in a block
     */
    public RefcountWidth refcountWidth() {
        return new RefcountWidth(refcountOrder);
    }

    /**
     * The number of bits of an index into a refcount block.
     *
     * @return 6 to 24
     */
    public int refcountBlockBits() {
        return clusterBits + ENTRY_BITS - refcountOrder;
    }

    /**
     * Refcounts of a refcount block, which has one cluster.
     *
     * @return 64 to 16,777,216
     */
    public int refcountBlockEntries() {
        return 1 << refcountBlockBits();
    }

    /**
     * The refcount table entry that covers a host cluster.
     *
     * @param hostCluster a cluster number
     * @return an index into the refcount table
     */
    public long refcountTableIndex(long hostCluster) {
        return hostCluster >>> refcountBlockBits();
    }

    /**
     * The refcount of a host cluster inside its block.
     *
     * @param hostCluster a cluster number
     * @return an index into the refcount block
     */
    public int refcountBlockIndex(long hostCluster) {
        return (int) hostCluster & refcountBlockEntries() - 1;
    }
}
