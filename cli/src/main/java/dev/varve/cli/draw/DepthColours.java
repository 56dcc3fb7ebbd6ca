// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.draw;

import dev.varve.cli.text.Decimal;
import java.util.List;

/** One colour for each depth of a chain: bright for the active layer, dark for the base. */
final class DepthColours {
    /** Even steps of perceived lightness, told apart by the colour-blind and in print: the turns of viridis. */
    private static final int[] STOPS = {0xFDE725, 0x7AD151, 0x22A884, 0x2A788E, 0x414487, 0x440154};
    private static final int DIGITS = 6;

    private final int layers;

    DepthColours(int layers) {
        this.layers = layers;
    }

    /** The colour of a layer; the depth counts from 0, the active layer. */
    String of(int depth) {
        double place = layers == 1 ? 0 : (double) depth / (layers - 1) * (STOPS.length - 1);
        int stop = Math.min((int) place, STOPS.length - 2);
        int mixed = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int from = STOPS[stop] >> shift & 0xFF;
            int to = STOPS[stop + 1] >> shift & 0xFF;
            mixed |= (int) Math.round(from + (to - from) * (place - stop)) << shift;
        }
        return text(mixed);
    }

    /** The colours between which all others lie, from the active layer's to the base's, at equal distances. */
    static List<String> stops() {
        return java.util.Arrays.stream(STOPS).mapToObj(DepthColours::text).toList();
    }

    private static String text(int rgb) {
        return "#" + Decimal.padded(Integer.toHexString(rgb), DIGITS);
    }
}
