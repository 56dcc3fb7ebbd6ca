// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.page;

import java.util.List;

/**
 * What one program needs for longer and longer chains.
 *
 * @param key who
 * @param points in ascending number of layers
 */
public record Curve(Key key, List<Point> points) {
    /** Copies the list. */
    public Curve {
        points = List.copyOf(points);
    }

    /**
     * Whose curve it is.
     *
     * @param text its name
     * @param style the class of its lines in the style sheet
     */
    public record Key(String text, String style) {
        private static final String SAMPLE =
                "<span class=\"pair\"><svg class=\"key\" viewBox=\"0 0 34 12\"><g class=\"";

        /**
         * What a legend says.
         *
         * @return HTML: a piece of the line, and the name
         */
        public String markup() {
            return SAMPLE + style + "\"><polyline points=\"2,6 32,6\"/>"
                    + "<circle class=\"taken\" cx=\"17\" cy=\"6\" r=\"4\"/>"
                    + "</g></svg> " + Markup.escape(text) + "</span>\n";
        }

        /**
         * What a legend says of lower bounds.
         *
         * @return HTML: the point of one, and what it means
         */
        public String markupOfLowerBound() {
            return SAMPLE + style + "\"><circle class=\"stopped\" cx=\"17\" cy=\"6\" r=\"4\"/></g></svg>"
                    + " stopped: at least that</span>\n";
        }
    }

    /**
     * One chain.
     *
     * @param layers its length
     * @param value the figure, more than 0
     * @param atLeast whether the figure is a lower bound
     */
    public record Point(int layers, double value, boolean atLeast) {}
}
