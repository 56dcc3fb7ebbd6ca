// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.page;

import java.util.Locale;

/** One colour for each depth of a chain: bright for the active layer, dark for the base. */
final class DepthColours {
    // Even steps of perceived lightness, told apart by the colour-blind and in print: the ends and turns of viridis.
    private static final int[] STOPS = {0xFDE725, 0x7AD151, 0x22A884, 0x2A788E, 0x414487, 0x440154};

    private final int layers;

    DepthColours(int layers) {
        this.layers = layers;
    }

    /** The colour of a layer as {@code #rrggbb}; the depth counts from 0, the active layer. */
    String of(int depth) {
        double place = layers == 1 ? 0 : (double) depth / (layers - 1) * (STOPS.length - 1);
        int stop = Math.min((int) place, STOPS.length - 2);
        double share = place - stop;
        int mixed = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int from = STOPS[stop] >> shift & 0xFF;
            int to = STOPS[stop + 1] >> shift & 0xFF;
            mixed |= (int) Math.round(from + (to - from) * share) << shift;
        }
        return String.format(Locale.ROOT, "#%06x", mixed);
    }

    /** All of them as a CSS gradient from the active layer to the base. */
    static String gradient() {
        StringBuilder css = new StringBuilder("linear-gradient(90deg");
        for (int stop : STOPS) {
            css.append(String.format(Locale.ROOT, ",#%06x", stop));
        }
        return css.append(')').toString();
    }
}
