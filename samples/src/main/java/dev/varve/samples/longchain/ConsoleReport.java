// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.longchain.figures.ChainFigures;
import dev.varve.samples.longchain.figures.Experiment;
import dev.varve.samples.longchain.figures.Figure;
import dev.varve.samples.longchain.figures.Growth;
import dev.varve.samples.longchain.figures.Remarks;
import java.io.PrintWriter;
import java.util.Locale;

/** The figures as text in columns. */
final class ConsoleReport {
    private static final String LABEL = "  %-56s";
    private static final String CELL = "%13s";
    private static final String GROWTH = "%26s";

    private final Experiment experiment;

    ConsoleReport(Experiment experiment) {
        this.experiment = experiment;
    }

    void print(PrintWriter out) {
        printWrapped(Remarks.subject(experiment), out);
        experiment.setting().forEach(out::println);
        out.println();
        out.printf(Locale.ROOT, LABEL, "");
        for (ChainFigures chain : experiment.chains()) {
            out.printf(Locale.ROOT, CELL, Remarks.layers(chain));
        }
        out.printf(Locale.ROOT, GROWTH + "%n", experiment.chains().size() > 1 ? "growth (to layers)" : "");
        for (Figure.By by : Figure.By.values()) {
            if (experiment.measured(by)) {
                out.println(by.text());
                by.figures().forEach(figure -> print(figure, out));
            }
        }
        Remarks.missing(experiment).forEach(out::println);
        out.println();
        Remarks.about(experiment).forEach(remark -> printWrapped(remark, out));
    }

    private void print(Figure figure, PrintWriter out) {
        out.printf(Locale.ROOT, LABEL, figure.label());
        for (ChainFigures chain : experiment.chains()) {
            out.printf(Locale.ROOT, CELL, figure.text(chain));
        }
        out.printf(Locale.ROOT, GROWTH + "%n", figure.growth(experiment).map(Growth::textWithLayers).orElse(""));
    }

    private static void printWrapped(String text, PrintWriter out) {
        int columns = 100;
        String left = text;
        while (left.length() > columns) {
            int blank = left.lastIndexOf(' ', columns);
            int end = blank > 0 ? blank : columns;
            out.println(left.substring(0, end));
            left = left.substring(end).strip();
        }
        out.println(left);
    }
}
