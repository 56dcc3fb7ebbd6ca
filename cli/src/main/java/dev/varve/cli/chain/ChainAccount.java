// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What the layers of a disk are to it.
 *
 * @param layers the active one first
 * @param size the virtual size of the disk in bytes
 * @param unowned bytes that no layer holds
 * @param extents of how many runs the disk consists
 * @param layersAsked how many layers a read at a random place asks without an index, on average
 */
public record ChainAccount(List<LayerAccount> layers, long size, long unowned, long extents, double layersAsked) {
    /** Copies the list. */
    public ChainAccount {
        layers = List.copyOf(layers);
    }

    /**
     * Bytes that some layer decides.
     *
     * @return the rest of the disk is unowned
     */
    public long owned() {
        return size - unowned;
    }

    /**
     * How many layers decide anything.
     *
     * @return at most as many as there are
     */
    public long owners() {
        return layers.stream().filter(layer -> layer.owned() > 0).count();
    }

    /**
     * What all files occupy.
     *
     * @return empty where it is not known of all
     */
    public OptionalLong fileBytes() {
        return sum(layer -> layer.info().actualSize());
    }

    /**
     * What all files hold that nobody sees.
     *
     * @return empty where it is not known of all
     */
    public OptionalLong hidden() {
        return sum(LayerAccount::hidden);
    }

    private OptionalLong sum(Function<LayerAccount, OptionalLong> part) {
        long sum = 0;
        for (LayerAccount layer : layers) {
            OptionalLong bytes = part.apply(layer);
            if (bytes.isEmpty()) {
                return OptionalLong.empty();
            }
            sum += bytes.getAsLong();
        }
        return OptionalLong.of(sum);
    }
}
