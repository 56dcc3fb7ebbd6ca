// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import java.util.List;

/**
 * A whole run of the experiment.
 *
 * @param chains the chains in ascending number of layers
 * @param requestBytes the size of each request
 * @param setting lines about the machine and the programs
 */
public record Experiment(List<ChainFigures> chains, int requestBytes, List<String> setting) {
    /** Copies the lists; at least one chain. */
    public Experiment {
        chains = List.copyOf(chains);
        setting = List.copyOf(setting);
        if (chains.isEmpty()) {
            throw new IllegalArgumentException("an experiment without a chain");
        }
    }

    /**
     * The longest chain.
     *
     * @return the last
     */
    public ChainFigures longest() {
        return chains.getLast();
    }

    /**
     * Tells who was measured.
     *
     * @param by Varve, Varve without its index, or QEMU
     * @return true where any chain has a figure of it
     */
    public boolean measured(Figure.By by) {
        return switch (by) {
            case VARVE -> true;
            case WALK -> chains.stream().anyMatch(chain -> chain.walk().isPresent());
            case QEMU -> chains.stream().anyMatch(chain -> chain.qemu().measured());
        };
    }
}
