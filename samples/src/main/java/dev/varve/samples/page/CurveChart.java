// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.page;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Curves over the number of layers as inline SVG, both axes logarithmic: what grows with the depth leaves the
 * horizontal, what does not stays on it.
 *
 * @param title what is shown
 * @param note what has to be known to read it; may be empty
 * @param quantity what the height stands for
 * @param curves who is compared; those without a point are left out
 */
public record CurveChart(String title, String note, Quantity quantity, List<Curve> curves) {
    private static final double WIDTH = 420;
    private static final double HEIGHT = 250;
    private static final double LEFT = 62;
    private static final double RIGHT = 16;
    private static final double TOP = 10;
    private static final double BOTTOM = 28;
    private static final double[] LAYERS = {1, 10, 100, 1000, 10_000};

    /** Leaves out curves without a point. */
    public CurveChart {
        curves = curves.stream().filter(curve -> !curve.points().isEmpty()).toList();
    }

    /**
     * Tells whether there is nothing to draw.
     *
     * @return true without a curve
     */
    public boolean isEmpty() {
        return curves.isEmpty();
    }

    /**
     * The chart.
     *
     * @return HTML
     */
    public String markup() {
        double step = quantity.step();
        double low = whole(values().min().orElse(1), step, false);
        double high = Math.max(low * step, whole(values().max().orElse(1), step, true));
        double longest = curves.stream().flatMap(curve -> curve.points().stream()).mapToInt(Curve.Point::layers).max()
                .orElse(1);
        Axes axes = new Axes(low, high, Math.max(10, whole(longest, 10, true)));
        StringBuilder html = new StringBuilder("<figure class=\"chart curves\">\n<figcaption><b>")
                .append(Markup.escape(title)).append("</b>")
                .append(note.isEmpty() ? "" : " <span>" + Markup.escape(note) + "</span>")
                .append("</figcaption>\n<svg viewBox=\"0 0 ")
                .append(Markup.number(WIDTH)).append(' ').append(Markup.number(HEIGHT))
                .append("\" role=\"img\" aria-label=\"").append(Markup.escape(title)).append("\">\n");
        grid(html, axes);
        curves.forEach(curve -> draw(html, axes, curve));
        return html.append("</svg>\n</figure>\n").toString();
    }

    private DoubleStream values() {
        return curves.stream().flatMap(curve -> curve.points().stream()).mapToDouble(Curve.Point::value);
    }

    /** The next whole power of a base. */
    private static double whole(double value, double base, boolean up) {
        double power = Math.log(value) / Math.log(base);
        return Math.pow(base, up ? Math.ceil(power - 1e-9) : Math.floor(power + 1e-9));
    }

    /** Where figures lie. */
    private record Axes(double low, double high, double longest) {
        double x(double layers) {
            return LEFT + (WIDTH - LEFT - RIGHT) * Math.log(layers) / Math.log(longest);
        }

        double y(double value) {
            return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * Math.log(value / low) / Math.log(high / low);
        }
    }

    private void grid(StringBuilder html, Axes axes) {
        for (double value = axes.low; value <= axes.high * 1.001; value *= quantity.step()) {
            double y = axes.y(value);
            line(html, LEFT, y, WIDTH - RIGHT, y);
            text(html, "tick left", LEFT - 7, y + 4, quantity.text(value));
        }
        for (double layers : LAYERS) {
            if (layers <= axes.longest) {
                double x = axes.x(layers);
                line(html, x, TOP, x, HEIGHT - BOTTOM);
                text(html, "tick", x, HEIGHT - 9, String.format(Locale.ROOT, "%,.0f", layers));
            }
        }
    }

    private static void line(StringBuilder html, double x1, double y1, double x2, double y2) {
        html.append("<line class=\"grid\" x1=\"").append(Markup.number(x1)).append("\" y1=\"").append(Markup.number(y1))
                .append("\" x2=\"").append(Markup.number(x2)).append("\" y2=\"").append(Markup.number(y2))
                .append("\"/>\n");
    }

    private static void text(StringBuilder html, String style, double x, double y, String words) {
        html.append("<text class=\"").append(style).append("\" x=\"").append(Markup.number(x)).append("\" y=\"")
                .append(Markup.number(y)).append("\">").append(Markup.escape(words).replace("us", "&#181;s"))
                .append("</text>\n");
    }

    private void draw(StringBuilder html, Axes axes, Curve curve) {
        html.append("<g class=\"").append(curve.key().style()).append("\"><polyline points=\"");
        for (Curve.Point point : curve.points()) {
            html.append(Markup.number(axes.x(point.layers()))).append(',')
                    .append(Markup.number(axes.y(point.value()))).append(' ');
        }
        html.append("\"/>\n");
        for (Curve.Point point : curve.points()) {
            String words = String.format(Locale.ROOT, "%s, %,d %s: %s%s", curve.key().text(), point.layers(),
                    point.layers() == 1 ? "layer" : "layers", point.atLeast() ? "more than " : "",
                    quantity.text(point.value()));
            html.append("<circle class=\"").append(point.atLeast() ? "stopped" : "taken").append("\" cx=\"")
                    .append(Markup.number(axes.x(point.layers()))).append("\" cy=\"")
                    .append(Markup.number(axes.y(point.value()))).append("\" r=\"4\"><title>")
                    .append(Markup.escape(words)).append("</title></circle>\n");
        }
        html.append("</g>\n");
    }
}
