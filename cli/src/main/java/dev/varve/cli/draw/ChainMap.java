// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.draw;

import dev.varve.cli.chain.ChainAccount;
import dev.varve.cli.chain.ChainText;
import dev.varve.cli.chain.LayerAccount;
import dev.varve.cli.text.Count;
import dev.varve.cli.text.SizeText;
import dev.varve.cli.text.XmlText;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A drawing of a disk by the layers that own it: the disk in lines, as one reads, the layers that own the most, and
 * what the colours mean. Stands alone: no script, nothing from elsewhere, for light and dark surroundings.
 */
public final class ChainMap {
    private static final int MARGIN = 24;
    private static final int LABELS = 72;
    private static final int MAP_WIDTH = 1024;
    private static final int WIDTH = MARGIN + LABELS + MAP_WIDTH + MARGIN;
    private static final int MOST_ROW_HEIGHT = 32;
    private static final int USUAL_MAP_HEIGHT = 512;
    private static final int LEAST_ROW_HEIGHT = 4;
    private static final int LABEL_DISTANCE = 40;
    private static final int BARS = 24;
    private static final int BAR_ROW = 20;
    private static final int BAR_WIDTH = 400;
    private static final String STYLE = """
            <style>
            svg { font-family: system-ui, sans-serif; font-size: 13px; color-scheme: light dark }
            .ground { fill: #fff } text { fill: #222 } .faint { fill: #666 } .title { font-size: 18px }
            .nobody { fill: #e6e6e6 } .frame { fill: none; stroke: #888 } .bar { stroke: #888; stroke-width: 0.5 }
            path:hover { opacity: 0.6 }
            @media (prefers-color-scheme: dark) {
            .ground { fill: #16181c } text { fill: #e8e8e8 } .faint { fill: #a0a0a0 }
            .nobody { fill: #33363c }
            }
            </style>
            """;

    private final ChainText words;
    private final ChainAccount account;
    private final OwnerCells cells;
    private final DepthColours colours;
    private final StringBuilder svg = new StringBuilder(1 << 16);
    private int y = MARGIN;

    private ChainMap(ChainText words, OwnerCells cells) {
        this.words = words;
        this.account = words.account();
        this.cells = cells;
        this.colours = new DepthColours(account.layers().size());
    }

    /**
     * Draws.
     *
     * @param words the chain
     * @param cells all of the disk
     * @return an SVG document, ended by a line end
     */
    public static String svg(ChainText words, OwnerCells cells) {
        ChainMap map = new ChainMap(words, cells);
        map.heading();
        map.map();
        map.legend();
        map.bars();
        return map.finished();
    }

    private String finished() {
        int height = y + MARGIN;
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + height
                + "\" viewBox=\"0 0 " + WIDTH + ' ' + height + "\" role=\"img\">\n<title>"
                + XmlText.of("Which layer owns which part of " + words.disk()) + "</title>\n" + STYLE
                + "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n" + svg + "</svg>\n";
    }

    private void text(String type, int x, int baseline, String text) {
        svg.append("<text").append(type.isEmpty() ? "" : " class=\"" + type + '"').append(" x=\"").append(x)
                .append("\" y=\"").append(baseline).append("\">").append(XmlText.of(text)).append("</text>\n");
    }

    private void heading() {
        text("title", MARGIN, y += 14, "Which layer owns which part of " + words.disk());
        text("", MARGIN, y += 26, SizeText.rounded(account.size()) + ". " + words.summary());
        text("", MARGIN, y += 20, words.asked());
        text("faint", MARGIN, y += 20, "Each cell is " + SizeText.precise(cells.cellBytes())
                + ", coloured by the layer that owns the most of it; the disk begins at the top left.");
        y += 18;
    }

    private void map() {
        int rows = cells.rows();
        int rowHeight = Math.clamp(USUAL_MAP_HEIGHT / rows, LEAST_ROW_HEIGHT, MOST_ROW_HEIGHT);
        int left = MARGIN + LABELS;
        int every = Math.max(1, (LABEL_DISTANCE + rowHeight - 1) / rowHeight);
        for (int row = 0; row < rows; row += every) {
            text("faint", MARGIN, y + row * rowHeight + 10,
                    SizeText.rounded((long) row * cells.columns() * cells.cellBytes()));
        }
        svg.append("<g shape-rendering=\"crispEdges\" transform=\"translate(").append(left).append(' ').append(y)
                .append(") scale(").append(MAP_WIDTH / cells.columns()).append(' ').append(rowHeight)
                .append(")\">\n");
        for (Map.Entry<Integer, String> path : cells.outlines().entrySet()) {
            int depth = path.getKey();
            String fill = depth == OwnerCells.NOBODY ? "class=\"nobody\"" : "fill=\"" + colours.of(depth) + '"';
            svg.append("<path ").append(fill).append(" d=\"").append(path.getValue()).append("\"><title>")
                    .append(XmlText.of(figures(depth))).append("</title></path>\n");
        }
        svg.append("</g>\n<rect class=\"frame\" x=\"").append(left).append("\" y=\"").append(y)
                .append("\" width=\"").append(MAP_WIDTH).append("\" height=\"").append(rows * rowHeight)
                .append("\"/>\n");
        y += rows * rowHeight + MARGIN;
    }

    private String figures(int depth) {
        if (depth == OwnerCells.NOBODY) {
            return "no layer: " + SizeText.rounded(account.unowned()) + ", "
                    + Count.share(account.unowned(), account.size()) + " of the disk, reads as zeroes";
        }
        LayerAccount layer = account.layers().get(depth);
        String file = layer.info().actualSize().isEmpty() ? "" : "; its file takes "
                + SizeText.rounded(layer.info().actualSize().getAsLong()) + ", "
                + SizeText.rounded(layer.hidden().orElse(0)) + " of it hidden";
        return "depth " + depth + ", " + layer.name() + "\nowns " + SizeText.rounded(layer.owned()) + ", "
                + Count.share(layer.owned(), account.size()) + " of the disk" + file
                + "\nwithout an index asked in vain for " + Count.share(layer.inVain(), account.size());
    }

    private void legend() {
        List<String> stops = DepthColours.stops();
        svg.append("<defs><linearGradient id=\"depth\">");
        for (int i = 0; i < stops.size(); i++) {
            svg.append("<stop offset=\"").append(100 * i / (stops.size() - 1)).append("%\" stop-color=\"")
                    .append(stops.get(i)).append("\"/>");
        }
        int x = MARGIN + LABELS;
        svg.append("</linearGradient></defs>\n");
        text("", x, y + 12, "active layer");
        box(x + 84, "fill=\"url(#depth)\"", 240, "depth 0 to " + (account.layers().size() - 1));
        int layers = account.layers().size();
        text("", x + 332, y + 12, layers == 1 ? "and no other" : "base, depth " + (layers - 1));
        box(x + 480, "class=\"nobody\"", 28, figures(OwnerCells.NOBODY));
        text("", x + 516, y + 12, "no layer: reads as zeroes");
        y += 14 + MARGIN;
    }

    private void box(int x, String fill, int width, String title) {
        svg.append("<rect ").append(fill).append(" x=\"").append(x).append("\" y=\"").append(y).append("\" width=\"")
                .append(width).append("\" height=\"14\"><title>").append(XmlText.of(title))
                .append("</title></rect>\n");
    }

    private void bars() {
        List<LayerAccount> owners = account.layers().stream().filter(layer -> layer.owned() > 0)
                .sorted(Comparator.comparingLong(LayerAccount::owned).reversed()).toList();
        List<LayerAccount> shown = owners.subList(0, Math.min(BARS, owners.size()));
        text("title", MARGIN, y += 14, "The layers that own the most");
        y += 12;
        for (LayerAccount layer : shown) {
            int width = (int) Math.max(1, BAR_WIDTH * layer.owned() / (double) shown.get(0).owned());
            text("", MARGIN, y + 12, "depth " + layer.depth());
            box(MARGIN + LABELS, "class=\"bar\" fill=\"" + colours.of(layer.depth()) + '"', width,
                    figures(layer.depth()));
            text("", MARGIN + LABELS + BAR_WIDTH + 12, y + 12, SizeText.rounded(layer.owned()) + ", "
                    + Count.share(layer.owned(), account.size()));
            text("faint", MARGIN + LABELS + BAR_WIDTH + 148, y + 12, ending(layer.name()));
            y += BAR_ROW;
        }
        long rest = owners.stream().skip(shown.size()).mapToLong(LayerAccount::owned).sum();
        if (rest > 0) {
            text("faint", MARGIN, y + 12, "and " + Count.of(owners.size() - shown.size(), "layer") + " more with "
                    + SizeText.rounded(rest) + " together");
            y += BAR_ROW;
        }
    }

    /** Of a long name the end, where files of one chain differ. */
    private static String ending(String name) {
        int most = 64;
        return name.length() <= most ? name : "..." + name.substring(name.length() - most);
    }
}
