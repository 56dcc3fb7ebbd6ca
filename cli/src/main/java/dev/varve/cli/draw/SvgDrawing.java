// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.draw;

import dev.varve.api.graph.NodeView;
import dev.varve.cli.text.XmlText;
import java.util.List;

/** Rows as a drawing: a box a node, a line an edge, what the edge uses and shares beside the box. */
final class SvgDrawing {
    private static final int MARGIN = 16;
    private static final int INDENT = 40;
    private static final int STEM = 20;
    private static final int BOX_HEIGHT = 40;
    private static final int ROW_HEIGHT = 56;
    private static final double LETTER = 7.2;
    private static final int PADDING = 12;
    private static final int LEAST_WIDTH = 160;

    private final StringBuilder boxes = new StringBuilder();
    private final StringBuilder lines = new StringBuilder();
    private final List<GraphRow> rows;
    private int width;

    private SvgDrawing(List<GraphRow> rows) {
        this.rows = rows;
    }

    static String of(List<GraphRow> rows) {
        SvgDrawing drawing = new SvgDrawing(rows);
        for (int i = 0; i < rows.size(); i++) {
            drawing.draw(i, rows.get(i));
        }
        return drawing.finished();
    }

    private String finished() {
        int height = 2 * MARGIN + rows.size() * ROW_HEIGHT;
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + (width + MARGIN) + "\" height=\"" + height
                + "\" font-family=\"monospace\" font-size=\"12\">\n"
                + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
                + "<g stroke=\"#555\" fill=\"none\">\n" + lines + "</g>\n" + boxes + "</svg>\n";
    }

    private static int left(GraphRow row) {
        return MARGIN + row.column() * INDENT;
    }

    private static int top(int index) {
        return MARGIN + index * ROW_HEIGHT;
    }

    private void draw(int index, GraphRow row) {
        String first = row.skipped() + " more layers";
        String second = "";
        String beside = "";
        String fill = "#f4f4f4";
        if (row.node().isPresent()) {
            NodeView node = row.node().get();
            first = node.name() + " (" + node.driver() + ")" + (row.repeated() ? ", drawn above" : "");
            second = Words.facts(node) + (node.filename().isEmpty() ? "" : ", " + node.filename());
            fill = switch (node.kind()) {
                case FORMAT -> "#e3edfb";
                case FILTER -> "#fbf1dc";
                case PROTOCOL -> "#e6f4e6";
            };
        }
        if (row.via().isPresent()) {
            beside = row.via().get().name() + ": " + Words.rights(row.via().get());
        }
        int box = Math.max(LEAST_WIDTH, 2 * PADDING + wide(Math.max(first.length(), second.length())));
        int x = left(row);
        int y = top(index);
        boxes.append("<rect x=\"").append(x).append("\" y=\"").append(y).append("\" width=\"").append(box)
                .append("\" height=\"").append(BOX_HEIGHT).append("\" rx=\"4\" fill=\"").append(fill)
                .append("\" stroke=\"#555\"").append(row.node().isEmpty() ? " stroke-dasharray=\"4 3\"" : "")
                .append("/>\n");
        text(x + PADDING, y + 16, first, "black");
        text(x + PADDING, y + 32, second, "#333");
        text(x + box + PADDING, y + 24, beside, "#777");
        width = Math.max(width, x + box + 2 * PADDING + wide(beside.length()));
        line(index, row);
    }

    private static int wide(int letters) {
        return (int) Math.ceil(letters * LETTER);
    }

    private void line(int index, GraphRow row) {
        if (row.parent() < 0) {
            return;
        }
        GraphRow parent = rows.get(row.parent());
        int x = left(parent) + STEM;
        int from = top(row.parent()) + BOX_HEIGHT;
        boolean straight = parent.column() == row.column();
        int to = straight ? top(index) : top(index) + BOX_HEIGHT / 2;
        lines.append("<path d=\"M").append(x).append(' ').append(from).append(" V").append(to)
                .append(straight ? "" : " H" + left(row)).append("\"/>\n");
    }

    private void text(int x, int y, String text, String color) {
        if (!text.isEmpty()) {
            boxes.append("<text x=\"").append(x).append("\" y=\"").append(y).append("\" fill=\"").append(color)
                    .append("\">").append(XmlText.of(text)).append("</text>\n");
        }
    }
}
