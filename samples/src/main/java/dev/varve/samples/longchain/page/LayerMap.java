// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.page;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.longchain.figures.ChainFigures;
import dev.varve.samples.longchain.figures.OwnedRange;
import dev.varve.samples.page.Quantity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A map of the disk in lines, as one reads: each cell is coloured by the layer that answers for it. */
final class LayerMap {
    private static final int MOST_CELLS = 4096;
    private static final int WIDEST = 128;

    private final ChainFigures chain;
    private final List<OwnedRange> owners;
    private final long size;
    private final long cellBytes;
    private final int cells;
    private final int columns;

    LayerMap(ChainFigures chain) {
        this.chain = chain;
        this.owners = chain.varve().read().owners();
        this.size = chain.plan().size();
        long clusters = chain.plan().clusters();
        long clustersPerCell = (clusters + MOST_CELLS - 1) / MOST_CELLS;
        this.cellBytes = clustersPerCell * ChainPlan.CLUSTER;
        this.cells = (int) ((clusters + clustersPerCell - 1) / clustersPerCell);
        // About four times as wide as high.
        this.columns = Math.min(WIDEST, Math.max(1, (int) Math.ceil(2 * Math.sqrt(cells))));
    }

    String markup() {
        int rows = (cells + columns - 1) / columns;
        StringBuilder html = new StringBuilder();
        html.append("<div class=\"map\">\n<svg id=\"map\" viewBox=\"0 0 ").append(columns).append(' ').append(rows)
                .append("\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Which layer owns which part of the"
                        + " disk\" data-columns=\"").append(columns).append("\" data-cell=\"").append(cellBytes)
                .append("\" data-size=\"").append(size).append("\" data-layers=\"").append(chain.plan().layers())
                .append("\">\n");
        DepthColours colours = new DepthColours(chain.plan().layers());
        for (Map.Entry<Integer, StringBuilder> path : paths().entrySet()) {
            int depth = path.getKey();
            html.append("<path data-depth=\"").append(depth).append('"');
            html.append(depth == OwnedRange.NOBODY ? " class=\"nobody\"" : " fill=\"" + colours.of(depth) + '"');
            html.append(" d=\"").append(path.getValue()).append("\"/>\n");
        }
        html.append("</svg>\n<output id=\"tip\" hidden></output>\n</div>\n");
        return html.append(legend()).toString();
    }

    /** The outlines of each layer's runs of cells, by depth. */
    private Map<Integer, StringBuilder> paths() {
        Map<Integer, StringBuilder> paths = new TreeMap<>();
        int[] depths = depths();
        int first = 0;
        while (first < cells) {
            int end = first + 1;
            while (end < cells && end % columns != 0 && depths[end] == depths[first]) {
                end++;
            }
            int length = end - first;
            paths.computeIfAbsent(depths[first], depth -> new StringBuilder())
                    .append('M').append(first % columns).append(' ').append(first / columns).append('h').append(length)
                    .append("v1h-").append(length).append('z');
            first = end;
        }
        return paths;
    }

    private int[] depths() {
        int[] depths = new int[cells];
        int at = 0;
        for (int cell = 0; cell < cells; cell++) {
            long offset = cell * cellBytes;
            while (owners.get(at).end() <= offset) {
                at++;
            }
            depths[cell] = owners.get(at).depth();
        }
        return depths;
    }

    private String legend() {
        int layers = chain.plan().layers();
        String below = layers > 1 ? ", " + (layers - 1) + " layers below" : "";
        return "<div class=\"legend\"><span>active layer</span><i class=\"ramp\" style=\"background:"
                + DepthColours.gradient() + "\"></i><span>base" + below
                + "</span><span class=\"pair\"><i class=\"nobody\"></i> no layer: reads as zeroes</span></div>\n";
    }

    /** The map in words. */
    String summary() {
        long held = owners.stream().filter(range -> range.depth() != OwnedRange.NOBODY)
                .mapToLong(OwnedRange::bytes).sum();
        long owning = owners.stream().mapToInt(OwnedRange::depth).filter(depth -> depth != OwnedRange.NOBODY)
                .distinct().count();
        long base = owners.stream().filter(range -> range.depth() == chain.plan().layers() - 1)
                .mapToLong(OwnedRange::bytes).sum();
        return String.format(Locale.ROOT, "%,d of %,d layers own a part of the disk, in %,d runs; the base owns"
                + " %.0f %%, no layer owns %.0f %%. Each cell is %s, coloured by the layer that owns its first"
                + " byte; the disk begins at the top left.", owning, chain.plan().layers(), owners.size(),
                100.0 * base / size, 100.0 * (size - held) / size, Quantity.BYTES.text((double) cellBytes));
    }
}
