// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.longchain.figures.ChainFigures;
import dev.varve.samples.longchain.figures.Experiment;
import dev.varve.samples.longchain.figures.Figure;
import dev.varve.samples.longchain.figures.Remarks;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalDouble;

/** The figures as text in columns. */
final class ConsoleReport {
    private static final String LABEL = "  %-54s";
    private static final String CELL = "%14s";

    private final Experiment experiment;
    private final boolean qemu;

    ConsoleReport(Experiment experiment) {
        this.experiment = experiment;
        this.qemu = experiment.measuredQemu();
    }

    void print(PrintWriter out) {
        out.println(Remarks.subject(experiment));
        experiment.setting().forEach(out::println);
        out.println();
        out.printf(Locale.ROOT, LABEL, "");
        for (ChainFigures chain : experiment.chains()) {
            out.printf(Locale.ROOT, CELL, Remarks.layers(chain));
        }
        out.printf(Locale.ROOT, CELL + "%n", experiment.chains().size() > 1 ? "growth" : "");
        for (Figure.By by : Figure.By.values()) {
            if (by == Figure.By.VARVE || qemu) {
                out.println(by.text());
                by.figures().forEach(figure -> print(figure, out));
            }
        }
        for (ChainFigures chain : experiment.chains()) {
            if (!chain.qemu().remark().isEmpty()) {
                out.println("QEMU, " + Remarks.layers(chain) + ": " + chain.qemu().remark());
            }
        }
        out.println();
        Remarks.about(experiment).forEach(remark -> printWrapped(remark, out));
    }

    private void print(Figure figure, PrintWriter out) {
        out.printf(Locale.ROOT, LABEL, figure.label());
        for (ChainFigures chain : experiment.chains()) {
            out.printf(Locale.ROOT, CELL, figure.text(chain));
        }
        OptionalDouble growth = figure.growth(experiment);
        out.printf(Locale.ROOT, CELL + "%n", growth.isPresent() ? Remarks.times(growth.getAsDouble()) : "");
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
