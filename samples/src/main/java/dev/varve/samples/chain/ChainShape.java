// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.chain;

import java.util.Locale;

/** Which layer of a chain holds which cluster of the disk. */
public enum ChainShape {
    /**
     * From the front: two fifths in stripes, seven twentieths scattered, a fifth in the base alone, and a twentieth in
     * no layer. Shows all kinds of ownership at once.
     */
    MIXED("the first 40 % in stripes, 35 % scattered, 20 % in the base alone, 5 % in no layer") {
        @Override
        int owner(long cluster, long clusters, int layers) {
            double place = (double) cluster / clusters;
            if (place < STRIPES_END) {
                return stripe(cluster, (long) Math.ceil(clusters * STRIPES_END), layers);
            }
            if (place < SCATTER_END) {
                return scatter(cluster, layers);
            }
            return place < BASE_END ? 0 : NOBODY;
        }
    },
    /** Contiguous runs of equal length, the base first. */
    STRIPE("in stripes of equal length, the base first") {
        @Override
        int owner(long cluster, long clusters, int layers) {
            return stripe(cluster, clusters, layers);
        }
    },
    /** A pseudo-random layer for each cluster. */
    SCATTER("scattered, a pseudo-random layer for each cluster") {
        @Override
        int owner(long cluster, long clusters, int layers) {
            return scatter(cluster, layers);
        }
    },
    /** Everything in the base, the layers above it empty: nearly what the experiment of 2020 had. */
    BASE("all in the base, the layers above it empty") {
        @Override
        int owner(long cluster, long clusters, int layers) {
            return 0;
        }
    },
    /**
     * As {@link #BASE}, but each layer above the base holds the last cluster of each L2 table's span, so that it has
     * all L2 tables: the worst for caches of L2 tables, and for whoever asks every layer that might hold something.
     */
    BASE_L2("in the base, but each layer above it has every L2 table with one cluster") {
        @Override
        int owner(long cluster, long clusters, int layers) {
            return everyOverlayHolds(cluster, clusters) ? layers - 1 : 0;
        }

        @Override
        boolean everyOverlayHolds(long cluster, long clusters) {
            return cluster % LayerLayout.L2_ENTRIES == LayerLayout.L2_ENTRIES - 1 || cluster == clusters - 1;
        }
    },
    /** Everything in the active layer: a chain that was just streamed, or whose guest rewrote its disk. */
    TOP("all in the active layer, the layers below it empty") {
        @Override
        int owner(long cluster, long clusters, int layers) {
            return layers - 1;
        }
    },
    /** Nothing in any layer: every question goes to the end of the chain. */
    HOLE("nowhere: no layer holds anything") {
        @Override
        int owner(long cluster, long clusters, int layers) {
            return NOBODY;
        }
    },
    /**
     * Pieces of 1 MiB, each in a pseudo-random layer, one in eight in none. {@link FeatureChainWriter} writes it with
     * zero clusters, several cluster sizes, short layers and a raw base.
     */
    PIECES("in pieces of 1 MiB, each in a pseudo-random layer, one in eight in none") {
        @Override
        int owner(long cluster, long clusters, int layers) {
            long piece = cluster / PIECE_CLUSTERS;
            return scatter(~piece, EMPTY_ONE_IN) == 0 ? NOBODY : scatter(piece, layers);
        }
    };

    /** The owner of a cluster that no layer holds; it reads as zeroes. */
    public static final int NOBODY = -1;

    /** Clusters that {@link #PIECES} keeps together. */
    static final int PIECE_CLUSTERS = 16;

    private static final int EMPTY_ONE_IN = 8;
    private static final double STRIPES_END = 0.40;
    private static final double SCATTER_END = 0.75;
    private static final double BASE_END = 0.95;

    private final String words;

    ChainShape(String words) {
        this.words = words;
    }

    /**
     * The layer that holds a cluster. Whether it is {@link #NOBODY} does not depend on the number of layers.
     *
     * @param cluster the cluster's number
     * @param clusters how many the disk has
     * @param layers how many layers the chain has
     * @return the layer, 0 for the base, or NOBODY
     */
    abstract int owner(long cluster, long clusters, int layers);

    /** Tells whether every layer above the base holds a cluster, though only the active layer's is seen. */
    boolean everyOverlayHolds(long cluster, long clusters) {
        return false;
    }

    /**
     * The shape in a few words.
     *
     * @return goes on from "the data lies"
     */
    public String words() {
        return words;
    }

    /**
     * The name as an option spells it.
     *
     * @return lower case, with hyphens
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static int stripe(long cluster, long clusters, int layers) {
        return (int) (cluster * layers / clusters);
    }

    // Hashed with the finisher of MurmurHash3, so that neighbours land far apart and every run of the program agrees.
    private static int scatter(long cluster, int layers) {
        long mixed = (cluster ^ cluster >>> 33) * 0xFF51AFD7ED558CCDL + 1;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
        return (int) ((mixed >>> 33) * layers >>> 31);
    }
}
