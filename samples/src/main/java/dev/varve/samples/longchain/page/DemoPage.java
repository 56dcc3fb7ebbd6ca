// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.page;

import dev.varve.samples.longchain.figures.ChainFigures;
import dev.varve.samples.longchain.figures.Experiment;
import dev.varve.samples.longchain.figures.Figure;
import dev.varve.samples.longchain.figures.Remarks;
import dev.varve.samples.page.Markup;
import dev.varve.samples.page.Page;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;

/** The page: charts, the map of the layers, the table and what they mean. Needs nothing but itself. */
public final class DemoPage {
    private static final List<BarChart> CHARTS = List.of(
            new BarChart("Reading the whole disk twice", "Seconds spent in read requests; shorter is better.", List.of(
                    new BarChart.Series("Varve", "varve", Figure.READ),
                    new BarChart.Series("QEMU", "qemu", Figure.QEMU_READ))),
            new BarChart("Opening the disk", "From the JSON to a disk that answers. Varve's first opening loads its"
                    + " classes too.", List.of(
                    new BarChart.Series("Varve, first", "varve", Figure.OPEN),
                    new BarChart.Series("Varve, again", "varve light", Figure.REOPEN),
                    new BarChart.Series("QEMU", "qemu", Figure.QEMU_OPEN))),
            new BarChart("Memory", "Peak of the process's resident memory. What Java takes before anything is opened is"
                    + " shown beside it.", List.of(
                    new BarChart.Series("Varve", "varve", Figure.RESIDENT),
                    new BarChart.Series("of it Java", "varve light", Figure.RESIDENT_BEFORE),
                    new BarChart.Series("QEMU", "qemu", Figure.QEMU_RESIDENT))),
            new BarChart("Is a medium inserted?", "Nodes asked per read request, second pass. QEMU's are calculated"
                    + " from its code.", List.of(
                    new BarChart.Series("Varve", "varve", Figure.INSERTED),
                    new BarChart.Series("QEMU", "qemu light", Figure.QEMU_INSERTED))));

    private DemoPage() {}

    /**
     * Writes the page.
     *
     * @param experiment the figures
     * @return HTML
     * @throws IOException if this program's style sheet cannot be read
     */
    public static String of(Experiment experiment) throws IOException {
        LayerMap map = new LayerMap(experiment.longest());
        StringBuilder html = new StringBuilder();
        html.append("<h1>What a long chain of snapshots costs</h1>\n<p class=\"subject\">")
                .append(Markup.escape(Remarks.subject(experiment))).append("</p>\n");
        tiles(html, experiment);
        html.append("<section class=\"charts\">\n");
        CHARTS.forEach(chart -> html.append(chart.markup(experiment)));
        html.append("</section>\n<section>\n<h2>Which layer owns which part of the disk</h2>\n<p>")
                .append(Markup.escape(map.summary())).append("</p>\n").append(map.markup()).append("</section>\n")
                .append("<section>\n<h2>What the figures say and do not say</h2>\n");
        for (String remark : Remarks.about(experiment)) {
            html.append("<p>").append(Markup.escape(remark).replace(" us ", " &micro;s ")).append("</p>\n");
        }
        html.append("</section>\n<section>\n<h2>The figures</h2>\n").append(new FigureTable(experiment).markup());
        remarks(html, experiment);
        html.append("</section>\n<section>\n<h2>The graph</h2>\n<p>The long chain was assembled from this JSON; the"
                + " layers below are named by the files' headers.</p>\n<pre>")
                .append(Markup.escape(experiment.longest().graph())).append("</pre>\n<ul class=\"setting\">\n");
        experiment.setting().forEach(line -> html.append("<li>").append(Markup.escape(line)).append("</li>\n"));
        html.append("</ul>\n</section>\n");
        return new Page("Varve: long chains", "", html.toString(), Page.resource(DemoPage.class, "page.js")).markup();
    }

    private static void tiles(StringBuilder html, Experiment experiment) {
        ChainFigures longest = experiment.longest();
        String layers = Remarks.layers(longest);
        html.append("<div class=\"tiles\">\n");
        growth(html, Figure.READ, experiment, "varve", "Varve: time to read " + layers + " against one");
        growth(html, Figure.QEMU_READ, experiment, "qemu", "QEMU: time to read " + layers + " against one");
        tile(html, "varve", Figure.INSERTED.text(longest),
                "Varve: nodes asked for their medium per request, " + layers);
        tile(html, "qemu", Figure.QEMU_INSERTED.text(longest), "QEMU: the same, calculated from its code");
        html.append("</div>\n");
    }

    private static void growth(StringBuilder html, Figure figure, Experiment experiment, String style, String words) {
        OptionalDouble growth = figure.growth(experiment);
        if (growth.isPresent()) {
            tile(html, style, Remarks.times(growth.getAsDouble()), words);
        }
    }

    private static void tile(StringBuilder html, String style, String figure, String words) {
        html.append("<div class=\"tile ").append(style).append("\"><b>")
                .append(Markup.escape(figure).replace("x ", "&times;&thinsp;")).append("</b><span>")
                .append(Markup.escape(words)).append("</span></div>\n");
    }

    private static void remarks(StringBuilder html, Experiment experiment) {
        for (ChainFigures chain : experiment.chains()) {
            String remark = chain.qemu().remark();
            if (!remark.isEmpty()) {
                html.append("<p>QEMU, ").append(Remarks.layers(chain)).append(": ").append(Markup.escape(remark))
                        .append(".</p>\n");
            }
        }
    }
}
