// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.chain;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * A chain to be made, and what its disk reads as.
 *
 * @param layers how many files, at least 1
 * @param size the virtual size in bytes, a multiple of {@link #CLUSTER}
 * @param shape which layer holds what
 */
public record ChainPlan(int layers, long size, ChainShape shape) {
    /** The cluster size of every layer, qcow2's default. */
    public static final int CLUSTER = 64 * 1024;
    /** The longest chain that can be planned. */
    public static final int MOST_LAYERS = 10_000;
    /** The largest disk that can be planned. */
    public static final long MOST_BYTES = 1L << 40;

    /** Checks the numbers. */
    public ChainPlan {
        if (layers < 1 || layers > MOST_LAYERS) {
            throw new IllegalArgumentException("layers: " + layers + ", allowed are 1 to " + MOST_LAYERS);
        }
        if (size < CLUSTER || size > MOST_BYTES || size % CLUSTER != 0) {
            throw new IllegalArgumentException("size: " + size + ", allowed are multiples of " + CLUSTER + " from "
                    + CLUSTER + " to " + MOST_BYTES);
        }
    }

    /**
     * The same disk in another number of layers.
     *
     * @param number how many
     * @return a new plan
     */
    public ChainPlan withLayers(int number) {
        return new ChainPlan(number, size, shape);
    }

    /**
     * How many clusters the disk has.
     *
     * @return at least 1
     */
    public long clusters() {
        return size / CLUSTER;
    }

    /**
     * How much of the disk some layer holds.
     *
     * @return bytes
     */
    public long heldBytes() {
        return LongStream.range(0, clusters()).filter(cluster -> owner(cluster) != ChainShape.NOBODY).count() * CLUSTER;
    }

    /**
     * The layer that holds a cluster.
     *
     * @param cluster its number, less than {@link #clusters()}
     * @return 0 for the base, {@link ChainShape#NOBODY} for none
     */
    public int owner(long cluster) {
        return shape.owner(cluster, clusters(), layers);
    }

    /**
     * The name of a layer's file in the folder of the chain.
     *
     * @param layer 0 for the base
     * @return a file name
     */
    public static String fileName(int layer) {
        return "layer-%05d.qcow2".formatted(layer);
    }

    /**
     * The name of the active layer's file.
     *
     * @return a file name
     */
    public String topName() {
        return fileName(layers - 1);
    }

    /** The clusters of each layer in ascending order. */
    long[][] ownership() {
        int[] counts = new int[layers];
        forEachHolder((layer, cluster) -> counts[layer]++);
        long[][] owned = new long[layers][];
        Arrays.setAll(owned, layer -> new long[counts[layer]]);
        int[] filled = new int[layers];
        forEachHolder((layer, cluster) -> owned[layer][filled[layer]++] = cluster);
        return owned;
    }

    private interface Holder {
        void accept(int layer, long cluster);
    }

    private void forEachHolder(Holder holder) {
        for (long cluster = 0; cluster < clusters(); cluster++) {
            int owner = owner(cluster);
            if (owner == ChainShape.NOBODY) {
                continue;
            }
            for (int layer = 1; shape.everyOverlayHolds(cluster, clusters()) && layer < owner; layer++) {
                holder.accept(layer, cluster);
            }
            holder.accept(owner, cluster);
        }
    }
}
