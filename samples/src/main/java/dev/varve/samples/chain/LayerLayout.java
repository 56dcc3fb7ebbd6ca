// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.chain;

import java.util.Arrays;

/**
 * Where the parts of one qcow2 file lie: header, refcount table, refcount blocks, L1 table, L2 tables, data.
 *
 * @param clusters the guest clusters that the file holds, in ascending order
 * @param l1Entries the number of entries of the L1 table
 * @param tables the L1 entries that have an L2 table, in ascending order
 * @param refcountBlocks how many refcount blocks cover the file
 * @param l1Clusters how many clusters the L1 table takes
 */
record LayerLayout(long[] clusters, int l1Entries, int[] tables, int refcountBlocks, int l1Clusters) {
    /** Entries of an L2 table: one cluster of eight bytes each. */
    static final int L2_ENTRIES = ChainPlan.CLUSTER / Long.BYTES;

    private static final int REFCOUNTS_PER_BLOCK = ChainPlan.CLUSTER / Short.BYTES;
    // The header and the refcount table; a table of one cluster covers 16 TiB.
    private static final int FIXED = 2;

    static LayerLayout of(long[] clusters, long size) {
        long perTable = (long) L2_ENTRIES * ChainPlan.CLUSTER;
        int l1Entries = Math.toIntExact((size + perTable - 1) / perTable);
        int[] tables = Arrays.stream(clusters).mapToInt(c -> (int) (c / L2_ENTRIES)).distinct().toArray();
        int l1Clusters = (l1Entries * Long.BYTES + ChainPlan.CLUSTER - 1) / ChainPlan.CLUSTER;
        long others = (long) FIXED + l1Clusters + tables.length + clusters.length;
        int blocks = 1;
        while (others + blocks > (long) blocks * REFCOUNTS_PER_BLOCK) {
            blocks++;
        }
        return new LayerLayout(clusters, l1Entries, tables, blocks, l1Clusters);
    }

    long refcountTable() {
        return ChainPlan.CLUSTER;
    }

    long refcountBlock(int number) {
        return (long) (FIXED + number) * ChainPlan.CLUSTER;
    }

    long l1Table() {
        return refcountBlock(refcountBlocks);
    }

    long l2Table(int number) {
        return l1Table() + (long) (l1Clusters + number) * ChainPlan.CLUSTER;
    }

    long data(int number) {
        return l2Table(tables.length) + (long) number * ChainPlan.CLUSTER;
    }

    long fileBytes() {
        return data(clusters.length);
    }
}
