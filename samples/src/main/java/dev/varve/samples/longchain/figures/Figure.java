// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** A figure that is taken of each chain. */
public enum Figure {
    /** The first opening in a fresh process. */
    OPEN(By.VARVE, "open, first time in a fresh process", Quantity.SECONDS, c -> c.varve().openSeconds()),
    /** Opening once more. */
    REOPEN(By.VARVE, "open again", Quantity.SECONDS, c -> c.varve().reopenSeconds()),
    /** The first reading. */
    FIRST_PASS(By.VARVE, "read the disk, first pass", Quantity.SECONDS, c -> c.varve().first().seconds()),
    /** The second reading. */
    SECOND_PASS(By.VARVE, "read the disk, second pass", Quantity.SECONDS, c -> c.varve().second().seconds()),
    /** Both readings. */
    READ(By.VARVE, "both passes", Quantity.SECONDS, c -> c.varve().seconds()),
    /** Nodes asked whether a medium is there, first reading. */
    INSERTED_FIRST(By.VARVE, "isInserted: node visits a request, first pass", Quantity.COUNT,
            c -> c.varve().first().insertedVisitsPerRequest()),
    /** Nodes asked whether a medium is there, second reading. */
    INSERTED(By.VARVE, "isInserted: node visits a request, second pass", Quantity.COUNT,
            c -> c.varve().second().insertedVisitsPerRequest()),
    /** Layers asked for data. */
    LAYERS(By.VARVE, "layers asked for data beyond the first, a request", Quantity.COUNT,
            c -> c.varve().second().layerVisitsPerRequest()),
    /** The peak of the heap. */
    HEAP(By.VARVE, "peak of the heap", Quantity.MEMORY, c -> c.varve().heapPeak()),
    /** Resident memory before anything was opened. */
    RESIDENT_BEFORE(By.VARVE, "resident memory before opening", Quantity.MEMORY,
            c -> orNone(c.varve().residentBefore())),
    /** Resident memory at its peak. */
    RESIDENT(By.VARVE, "peak of the resident memory", Quantity.MEMORY, c -> orNone(c.varve().residentPeak())),
    /** Opening by QEMU. */
    QEMU_OPEN(By.QEMU, "open (qemu-io)", Quantity.SECONDS, c -> orNone(c.qemu().openSeconds())),
    /** Both readings by QEMU. */
    QEMU_READ(By.QEMU, "both passes (qemu-img bench)", Quantity.SECONDS, c -> orNone(c.qemu().seconds())),
    /** QEMU's visits. */
    QEMU_INSERTED(By.QEMU, "bdrv_is_inserted: node visits a request (calculated)", Quantity.COUNT,
            c -> c.qemuInsertedVisits(c.varve().second().requests())),
    /** QEMU's resident memory at its peak. */
    QEMU_RESIDENT(By.QEMU, "peak of the resident memory", Quantity.MEMORY, c -> orNone(c.qemu().residentPeak()));

    /** Whom a figure is about. */
    public enum By {
        /** This block layer. */
        VARVE("Varve"),
        /** QEMU's tools. */
        QEMU("QEMU");

        private final String text;

        By(String text) {
            this.text = text;
        }

        /**
         * Its name.
         *
         * @return as it is written
         */
        public String text() {
            return text;
        }

        /**
         * What is measured of it.
         *
         * @return in the order of a table
         */
        public List<Figure> figures() {
            return List.of(Figure.values()).stream().filter(figure -> figure.by == this).toList();
        }
    }

    // Seconds; what is shorter is mostly the noise of starting processes.
    private static final double SHORTEST_TIME = 1e-3;

    private final By by;
    private final String label;
    private final Quantity quantity;
    private final ToDoubleFunction<ChainFigures> value;

    Figure(By by, String label, Quantity quantity, ToDoubleFunction<ChainFigures> value) {
        this.by = by;
        this.label = label;
        this.quantity = quantity;
        this.value = value;
    }

    /**
     * Whom it is about.
     *
     * @return Varve or QEMU
     */
    public By by() {
        return by;
    }

    /**
     * What it tells.
     *
     * @return words for a table
     */
    public String label() {
        return label;
    }

    /**
     * How it is written.
     *
     * @return its quantity
     */
    public Quantity quantity() {
        return quantity;
    }

    /**
     * The figure of one chain.
     *
     * @param chain the chain
     * @return empty where it was not taken
     */
    public OptionalDouble of(ChainFigures chain) {
        double number = value.applyAsDouble(chain);
        return Double.isNaN(number) ? OptionalDouble.empty() : OptionalDouble.of(number);
    }

    /**
     * The figure of one chain as text.
     *
     * @param chain the chain
     * @return a dash where it was not taken
     */
    public String text(ChainFigures chain) {
        OptionalDouble number = of(chain);
        if (number.isEmpty()) {
            return "-";
        }
        boolean noise = quantity == Quantity.SECONDS && number.getAsDouble() < SHORTEST_TIME;
        return noise ? "under 1 ms" : quantity.text(number.getAsDouble());
    }

    /**
     * How many times the shortest chain's figure the longest chain's is.
     *
     * @param experiment the chains
     * @return empty where one is missing, the shortest chain's is zero or too short a time to divide by, or there is
     *         one chain only
     */
    public OptionalDouble growth(Experiment experiment) {
        OptionalDouble shortest = of(experiment.shortest());
        OptionalDouble longest = of(experiment.longest());
        boolean told = experiment.chains().size() > 1 && longest.isPresent()
                && shortest.orElse(0) > (quantity == Quantity.SECONDS ? SHORTEST_TIME : 0);
        return told ? OptionalDouble.of(longest.getAsDouble() / shortest.getAsDouble()) : OptionalDouble.empty();
    }

    private static double orNone(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : Double.NaN;
    }

    private static double orNone(OptionalDouble number) {
        return number.orElse(Double.NaN);
    }
}
