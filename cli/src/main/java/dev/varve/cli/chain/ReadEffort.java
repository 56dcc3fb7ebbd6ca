// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import dev.varve.api.graph.ReadCost;
import dev.varve.cli.text.Count;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What reads did to find out who holds their bytes.
 *
 * @param hits looks into an index that knew the answer
 * @param builds looks into an index that had to ask layers
 * @param walks times that layers were asked one after the other, without an index
 * @param layersAsked how many layers were asked for all of it
 */
public record ReadEffort(long hits, long builds, long walks, long layersAsked) {
    /** Of no read. */
    public static final ReadEffort NONE = new ReadEffort(0, 0, 0, 0);

    /**
     * The effort of one read.
     *
     * @param cost what it costs
     * @return one look or one walk
     */
    public static ReadEffort of(ReadCost cost) {
        boolean hit = cost.indexed() && cost.known();
        return new ReadEffort(hit ? 1 : 0, cost.indexed() && !hit ? 1 : 0, cost.indexed() ? 0 : 1, cost.layersAsked());
    }

    /**
     * The sum of two.
     *
     * @param other of other reads
     * @return each added
     */
    public ReadEffort plus(ReadEffort other) {
        return new ReadEffort(hits + other.hits, builds + other.builds, walks + other.walks,
                layersAsked + other.layersAsked);
    }

    /**
     * The effort in words: what is more than a hit is told, and how many layers were asked.
     *
     * @return such as {@code hit}, {@code build: asks 3 layers}, {@code walk: asks 3 layers}
     */
    public String text() {
        String look = builds > 1 ? builds + " builds" : builds == 1 ? "build" : walks > 0 ? "walk" : "hit";
        return layersAsked == 0 ? look : look + ": asks " + Count.of(layersAsked, "layer");
    }

    /**
     * The same for programs.
     *
     * @return an object
     */
    public Map<String, Object> json() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("hits", hits);
        members.put("builds", builds);
        members.put("walks", walks);
        members.put("layers-asked", layersAsked);
        return members;
    }
}
