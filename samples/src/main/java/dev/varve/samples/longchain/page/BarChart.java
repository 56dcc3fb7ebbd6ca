// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.page;

import dev.varve.samples.longchain.figures.ChainFigures;
import dev.varve.samples.longchain.figures.Experiment;
import dev.varve.samples.longchain.figures.Figure;
import dev.varve.samples.longchain.figures.Quantity;
import dev.varve.samples.longchain.figures.Remarks;
import dev.varve.samples.page.Markup;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Bars beside each other as inline SVG: a group for each chain, in it a bar for each series. Lengths are shares of the
 * width, text is not scaled: the chart is as readable on a phone as on a wide screen.
 *
 * @param title what is shown
 * @param note what has to be known to read it
 * @param series the bars of each group
 */
record BarChart(String title, String note, List<Series> series) {
    private static final int LABEL_WIDTH = 100;
    private static final int GROUP_HEAD = 24;
    private static final int BAR = 16;
    private static final int PITCH = 22;
    private static final int GROUP_GAP = 8;
    private static final int AXIS = 22;
    // The rest of the width is for the labels to the left and the figures to the right.
    private static final double PLOT_PERCENT = 50;

    /**
     * One bar of each group.
     *
     * @param label its name
     * @param style its class in the style sheet
     * @param figure what it shows
     */
    record Series(String label, String style, Figure figure) {}

    String markup(Experiment experiment) {
        List<Double> values = new ArrayList<>();
        for (ChainFigures chain : experiment.chains()) {
            for (Series bar : series) {
                bar.figure().of(chain).ifPresent(value -> values.add(value / quantity().unit()));
            }
        }
        Scale scale = Scale.of(values);
        int groupHeight = GROUP_HEAD + series.size() * PITCH + GROUP_GAP;
        int plotHeight = groupHeight * experiment.chains().size();
        StringBuilder html = new StringBuilder();
        html.append("<figure class=\"chart\">\n<figcaption><b>").append(Markup.escape(title)).append("</b> <span>")
                .append(Markup.escape(scale.logarithmic() ? note + " Logarithmic scale." : note))
                .append("</span></figcaption>\n<svg width=\"100%\" height=\"").append(plotHeight + AXIS)
                .append("\" role=\"img\" aria-label=\"").append(Markup.escape(title)).append("\">\n");
        html.append("<g transform=\"translate(").append(LABEL_WIDTH).append(",0)\">\n");
        axis(html, scale, plotHeight);
        html.append("</g>\n");
        int top = 0;
        for (ChainFigures chain : experiment.chains()) {
            group(html, scale, chain, top);
            top += groupHeight;
        }
        return html.append("</svg>\n</figure>\n").toString();
    }

    private Quantity quantity() {
        return series.getFirst().figure().quantity();
    }

    private void axis(StringBuilder html, Scale scale, int plotHeight) {
        for (double tick : scale.ticks()) {
            String x = percent(scale.length(tick));
            html.append("<line class=\"grid\" x1=\"").append(x).append("\" x2=\"").append(x).append("\" y1=\"")
                    .append(GROUP_HEAD - 4).append("\" y2=\"").append(plotHeight).append("\"/>")
                    .append("<text class=\"tick\" x=\"").append(x).append("\" y=\"").append(plotHeight + 15)
                    .append("\">")
                    .append(tick == 0 ? "0" : quantity().text(tick * quantity().unit())).append("</text>\n");
        }
    }

    private void group(StringBuilder html, Scale scale, ChainFigures chain, int top) {
        html.append("<text class=\"group\" x=\"0\" y=\"").append(top + 15).append("\">")
                .append(Remarks.layers(chain)).append("</text>\n");
        for (int i = 0; i < series.size(); i++) {
            bar(html, scale, series.get(i), chain, top + GROUP_HEAD + i * PITCH);
        }
    }

    private static void bar(StringBuilder html, Scale scale, Series series, ChainFigures chain, int y) {
        OptionalDouble value = series.figure().of(chain);
        double length = value.isPresent() ? scale.length(value.getAsDouble() / series.figure().quantity().unit()) : 0;
        String text = value.isPresent() ? series.figure().text(chain) : "not measured";
        int middle = y + BAR - 4;
        html.append("<text class=\"label\" x=\"").append(LABEL_WIDTH - 10).append("\" y=\"").append(middle)
                .append("\">").append(Markup.escape(series.label())).append("</text><g transform=\"translate(")
                .append(LABEL_WIDTH).append(",0)\">");
        if (length > 0) {
            html.append("<rect class=\"").append(series.style()).append("\" x=\"0\" y=\"").append(y)
                    .append("\" width=\"").append(percent(length)).append("\" height=\"").append(BAR)
                    .append("\" rx=\"2\"/>");
        }
        html.append("<text class=\"").append(value.isPresent() ? "value" : "missing").append("\" x=\"")
                .append(percent(length)).append("\" dx=\"6\" y=\"").append(middle).append("\">").append(text)
                .append("</text></g>\n");
    }

    private static String percent(double length) {
        return Markup.number(length * PLOT_PERCENT) + "%";
    }
}
