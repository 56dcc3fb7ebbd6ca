// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.page;

import dev.varve.benchmarks.result.Measure;
import dev.varve.benchmarks.result.Row;
import dev.varve.samples.page.Quantity;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Which figure of a row a chart shows. */
enum RowFigure {
    /** The time of one request, or of the whole where it is one thing. */
    TIME(Quantity.TIME, Row::perOperation),
    /** The peak of the resident memory. */
    MEMORY(Quantity.BYTES, row -> row.measure(Measure.PEAK_RSS)),
    /** What is read besides the content. */
    METADATA(Quantity.BYTES, row -> row.measure(Measure.METADATA_BYTES));

    private final Quantity quantity;
    private final Function<Row, OptionalDouble> figure;

    RowFigure(Quantity quantity, Function<Row, OptionalDouble> figure) {
        this.quantity = quantity;
        this.figure = figure;
    }

    Quantity quantity() {
        return quantity;
    }

    OptionalDouble of(Row row) {
        return figure.apply(row);
    }
}
