// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.page;

import dev.varve.samples.longchain.figures.ChainFigures;
import dev.varve.samples.longchain.figures.Comparison;
import dev.varve.samples.longchain.figures.Experiment;
import dev.varve.samples.longchain.figures.Figure;
import dev.varve.samples.longchain.figures.Growth;
import dev.varve.samples.longchain.figures.Reading;
import dev.varve.samples.longchain.figures.Remarks;
import dev.varve.samples.page.Curve;
import dev.varve.samples.page.CurveChart;
import dev.varve.samples.page.Markup;
import dev.varve.samples.page.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The page: curves, the map of the layers, the table and what they mean. Needs nothing but itself. */
public final class DemoPage {
    // Varve's tiles above QEMU's.
    private static final String STYLE =
            "@media (min-width: 700px) { .tiles { grid-template-columns: repeat(3, 1fr); } }\n";

    private final Experiment experiment;
    private final StringBuilder html = new StringBuilder();

    private DemoPage(Experiment experiment) {
        this.experiment = experiment;
    }

    /**
     * Writes the page.
     *
     * @param experiment the figures
     * @return HTML
     * @throws IOException if this program's style sheet cannot be read
     */
    public static String of(Experiment experiment) throws IOException {
        return new Page("Varve: long chains", STYLE, new DemoPage(experiment).body(),
                Page.resource(DemoPage.class, "page.js")).markup();
    }

    private String body() {
        html.append("<h1>What a long chain of snapshots costs</h1>\n<p class=\"subject\">")
                .append(Markup.escape(Remarks.subject(experiment))).append(" Both axes of the charts are logarithmic; a"
                        + " horizontal line is a cost that does not depend on the depth.</p>\n");
        tiles();
        legend();
        html.append("<section class=\"charts\">\n");
        for (Comparison comparison : Comparison.values()) {
            CurveChart chart = chart(comparison);
            html.append(chart.isEmpty() ? "" : chart.markup());
        }
        html.append("</section>\n");
        LayerMap map = new LayerMap(experiment.longest());
        section("Which layer owns which part of the disk, " + Remarks.layers(experiment.longest()),
                "<p>" + Markup.escape(map.summary()) + "</p>\n" + map.markup());
        StringBuilder remarks = new StringBuilder();
        for (String remark : Remarks.about(experiment)) {
            remarks.append(paragraph(remark).replace(" us ", " &micro;s ").replace("(x ", "(&times;&thinsp;")
                    .replace("(more than x ", "(more than &times;&thinsp;"));
        }
        section("What the figures say and do not say", remarks.toString());
        StringBuilder missing = new StringBuilder();
        Remarks.missing(experiment).forEach(line -> missing.append(paragraph(line + ".")));
        section("The figures", new FigureTable(experiment).markup() + missing);
        section("The graph", graph());
        return html.toString();
    }

    private void section(String title, String content) {
        html.append("<section>\n<h2>").append(Markup.escape(title)).append("</h2>\n").append(content)
                .append("</section>\n");
    }

    private static String paragraph(String text) {
        return "<p>" + Markup.escape(text) + "</p>\n";
    }

    private String graph() {
        StringBuilder text = new StringBuilder("<p>The longest chain was assembled from this JSON; the layers below are"
                + " named by the files' headers.</p>\n<pre>").append(Markup.escape(experiment.longest().graph()))
                .append("</pre>\n<ul class=\"setting\">\n");
        experiment.setting().forEach(line -> text.append("<li>").append(Markup.escape(line)).append("</li>\n"));
        return text.append("</ul>\n").toString();
    }

    private void tiles() {
        html.append("<div class=\"tiles\">\n");
        ChainFigures longest = experiment.longest();
        growth(Comparison.STEADY.varve(), Comparison.STEADY);
        growth(Comparison.STREAM.varve(), Comparison.STREAM);
        tile(Figure.INSERTED, Figure.INSERTED.text(longest),
                "nodes asked for their medium in a whole later pass, " + Remarks.layers(longest));
        growth(Comparison.STEADY.qemu(), Comparison.STEADY);
        growth(Comparison.STREAM.qemu(), Comparison.STREAM);
        tile(Figure.QEMU_INSERTED, Figure.QEMU_INSERTED.text(longest),
                "nodes asked for their medium a request, " + Remarks.layers(longest) + ", calculated from its code");
        html.append("</div>\n");
    }

    private void growth(Figure figure, Comparison comparison) {
        Optional<Growth> growth = figure.growth(experiment);
        growth.ifPresent(grown -> tile(figure, grown.text(), comparison.words() + ", " + Remarks.layers(grown.longest())
                + " against " + Remarks.layers(grown.shortest())));
    }

    private void tile(Figure figure, String number, String words) {
        html.append("<div class=\"tile ").append(style(figure.by())).append("\"><b>")
                .append(Markup.escape(number).replace("x ", "&times;&thinsp;")).append("</b><span>")
                .append(Markup.escape(figure.by().text() + ": " + words)).append("</span></div>\n");
    }

    private void legend() {
        html.append("<div class=\"legend programs\">\n");
        Arrays.stream(Figure.By.values()).filter(experiment::measured).forEach(by -> html.append(key(by).markup()));
        boolean stopped = experiment.chains().stream().flatMap(chain -> Figure.By.QEMU.figures().stream()
                .map(figure -> figure.of(chain))).anyMatch(reading -> reading.filter(Reading::atLeast).isPresent());
        html.append(stopped ? key(Figure.By.QEMU).markupOfLowerBound() : "").append("</div>\n");
    }

    private static Curve.Key key(Figure.By by) {
        return new Curve.Key(by.text(), style(by));
    }

    private static String style(Figure.By by) {
        return by == Figure.By.WALK ? "varve-walk" : by.name().toLowerCase(Locale.ROOT);
    }

    private CurveChart chart(Comparison comparison) {
        List<Curve> curves = new ArrayList<>();
        for (Figure figure : comparison.figures()) {
            List<Curve.Point> points = new ArrayList<>();
            for (ChainFigures chain : experiment.chains()) {
                figure.of(chain).filter(reading -> reading.value() > 0).ifPresent(reading ->
                        points.add(new Curve.Point(chain.plan().layers(), reading.value(), reading.atLeast())));
            }
            curves.add(new Curve(key(figure.by()), points));
        }
        return new CurveChart(comparison.title(), comparison.note(), comparison.varve().quantity(), curves);
    }
}
