// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.page;

import dev.varve.samples.longchain.figures.ChainFigures;
import dev.varve.samples.longchain.figures.Experiment;
import dev.varve.samples.longchain.figures.Figure;
import dev.varve.samples.longchain.figures.Growth;
import dev.varve.samples.longchain.figures.Reading;
import dev.varve.samples.longchain.figures.Remarks;
import dev.varve.samples.page.Markup;
import java.util.Optional;

/**
 * All figures as an HTML table.
 *
 * @param experiment the figures
 */
record FigureTable(Experiment experiment) {
    String markup() {
        StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr><th></th>");
        for (ChainFigures chain : experiment.chains()) {
            html.append("<th>").append(Remarks.layers(chain)).append("</th>");
        }
        html.append("<th>growth (to layers)</th></tr></thead>\n");
        for (Figure.By by : Figure.By.values()) {
            if (!experiment.measured(by)) {
                continue;
            }
            html.append("<tbody>\n<tr class=\"by\"><th colspan=\"").append(experiment.chains().size() + 2).append("\">")
                    .append(by.text()).append("</th></tr>\n");
            by.figures().forEach(figure -> row(html, figure));
            html.append("</tbody>\n");
        }
        return html.append("</table></div>\n").toString();
    }

    private void row(StringBuilder html, Figure figure) {
        html.append("<tr data-figure=\"").append(figure.name()).append("\"><th>")
                .append(Markup.escape(figure.label())).append("</th>");
        for (ChainFigures chain : experiment.chains()) {
            Optional<Reading> raw = figure.of(chain);
            html.append("<td");
            if (raw.isPresent()) {
                html.append(" title=\"").append(raw.get().value()).append('"');
            }
            html.append('>').append(Markup.escape(figure.text(chain))).append("</td>");
        }
        html.append("<td class=\"growth\">")
                .append(figure.growth(experiment).map(Growth::textWithLayers).orElse("").replace("x ", "&times; "))
                .append("</td></tr>\n");
    }
}
