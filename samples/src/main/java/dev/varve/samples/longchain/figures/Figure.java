// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import dev.varve.samples.page.Quantity;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** A figure that is taken of each chain. */
public enum Figure {
    /** The first opening in a fresh process. */
    OPEN(By.VARVE, "open, first time in a fresh process", Quantity.TIME, varve(v -> v.read().openSeconds())),
    /** Opening once more. */
    REOPEN(By.VARVE, "open again, the fastest of many", Quantity.TIME, varve(v -> v.read().reopenSeconds())),
    /** The first reading. */
    FIRST(By.VARVE, "read the disk, first pass", Quantity.TIME, varve(v -> v.read().first().seconds())),
    /** A later reading. */
    STEADY(By.VARVE, "read the disk, later passes", Quantity.TIME, varve(v -> v.read().steady().seconds())),
    /** Streaming. */
    STREAM(By.VARVE, "stream into an overlay", Quantity.TIME, varve(v -> v.stream().seconds())),
    /** Resident memory before anything was opened. */
    RESIDENT_BEFORE(By.VARVE, "resident memory before opening", Quantity.BYTES,
            c -> Reading.of(c.varve().read().residentBefore())),
    /** Resident memory at its peak. */
    RESIDENT(By.VARVE, "peak of the resident memory, reading", Quantity.BYTES,
            c -> Reading.of(c.varve().read().residentPeak())),
    /** The same of streaming. */
    STREAM_RESIDENT(By.VARVE, "peak of the resident memory, streaming", Quantity.BYTES,
            c -> Reading.of(c.varve().stream().residentPeak())),
    /** Nodes asked whether a medium is there, first reading. */
    INSERTED_FIRST(By.VARVE, "isInserted: node visits in the first pass", Quantity.COUNT,
            varve(v -> v.read().first().insertedVisits())),
    /** Nodes asked whether a medium is there, later reading. */
    INSERTED(By.VARVE, "isInserted: node visits in a later pass", Quantity.COUNT,
            varve(v -> v.read().steady().insertedVisits())),
    /** Layers asked for data. */
    LAYERS(By.VARVE, "layers asked beyond the first a request, later passes", Quantity.COUNT,
            varve(v -> v.read().steady().layerVisitsPerRequest())),
    /** What the index found out. */
    BUILDS_FIRST(By.VARVE, "index: builds in the first pass", Quantity.COUNT, varve(v -> v.read().first().builds())),
    /** What the index found out later. */
    BUILDS(By.VARVE, "index: builds in a later pass", Quantity.COUNT, varve(v -> v.read().steady().builds())),
    /** What the index knew. */
    HITS(By.VARVE, "index: hits in a later pass", Quantity.COUNT, varve(v -> v.read().steady().hits())),
    /** The index's memory. */
    INDEX_BYTES(By.VARVE, "index: memory", Quantity.BYTES, varve(v -> v.read().indexBytes())),
    /** Opening once more without the index. */
    WALK_REOPEN(By.WALK, "open again, the fastest of many", Quantity.TIME, walk(v -> v.read().reopenSeconds())),
    /** The first reading without the index. */
    WALK_FIRST(By.WALK, "read the disk, first pass", Quantity.TIME, walk(v -> v.read().first().seconds())),
    /** A later reading without the index. */
    WALK_STEADY(By.WALK, "read the disk, later passes", Quantity.TIME, walk(v -> v.read().steady().seconds())),
    /** Streaming without the index. */
    WALK_STREAM(By.WALK, "stream into an overlay", Quantity.TIME, walk(v -> v.stream().seconds())),
    /** Resident memory at its peak without the index. */
    WALK_RESIDENT(By.WALK, "peak of the resident memory, reading", Quantity.BYTES,
            c -> c.walk().flatMap(v -> Reading.of(v.read().residentPeak()))),
    /** The same of streaming. */
    WALK_STREAM_RESIDENT(By.WALK, "peak of the resident memory, streaming", Quantity.BYTES,
            c -> c.walk().flatMap(v -> Reading.of(v.stream().residentPeak()))),
    /** Layers asked for data without the index. */
    WALK_LAYERS(By.WALK, "layers asked beyond the first a request, later passes", Quantity.COUNT,
            walk(v -> v.read().steady().layerVisitsPerRequest())),
    /** Opening by QEMU. */
    QEMU_OPEN(By.QEMU, "open (qemu-io)", Quantity.TIME, c -> Reading.of(c.qemu().openSeconds())),
    /** The first reading by QEMU. */
    QEMU_FIRST(By.QEMU, "read the disk, first pass (qemu-img bench)", Quantity.TIME, c -> c.qemu().first()),
    /** The second reading by QEMU. */
    QEMU_STEADY(By.QEMU, "read the disk, second pass (qemu-img bench)", Quantity.TIME, c -> c.qemu().steady()),
    /** Streaming by QEMU. */
    QEMU_STREAM(By.QEMU, "stream into an overlay (block-stream)", Quantity.TIME, c -> c.qemu().stream()),
    /** QEMU's resident memory at its peak. */
    QEMU_RESIDENT(By.QEMU, "peak of the resident memory, reading", Quantity.BYTES,
            c -> Reading.of(c.qemu().residentPeak())),
    /** The same of streaming. */
    QEMU_STREAM_RESIDENT(By.QEMU, "peak of the resident memory, streaming", Quantity.BYTES,
            c -> Reading.of(c.qemu().streamPeak())),
    /** QEMU's visits. */
    QEMU_INSERTED(By.QEMU, "bdrv_is_inserted: node visits a request (calculated)", Quantity.COUNT,
            c -> Optional.of(Reading.exactly(c.qemuInsertedVisits(c.varve().read().steady().requests()))));

    /** Whom a figure is about. */
    public enum By {
        /** This block layer. */
        VARVE("Varve"),
        /** This block layer without the index of the chain. */
        WALK("Varve, chain-collapse=off"),
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

    // Seconds; what is shorter of a program that is timed from outside is mostly the noise of starting it.
    private static final double SHORTEST_TIME = 1e-3;

    private final By by;
    private final String label;
    private final Quantity quantity;
    private final Function<ChainFigures, Optional<Reading>> value;

    Figure(By by, String label, Quantity quantity, Function<ChainFigures, Optional<Reading>> value) {
        this.by = by;
        this.label = label;
        this.quantity = quantity;
        this.value = value;
    }

    private static Function<ChainFigures, Optional<Reading>> varve(ToDoubleFunction<VarveFigures> value) {
        return chain -> Optional.of(Reading.exactly(value.applyAsDouble(chain.varve())));
    }

    private static Function<ChainFigures, Optional<Reading>> walk(ToDoubleFunction<VarveFigures> value) {
        return chain -> chain.walk().map(walk -> Reading.exactly(value.applyAsDouble(walk)));
    }

    /**
     * Whom it is about.
     *
     * @return who was measured
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
    public Optional<Reading> of(ChainFigures chain) {
        return value.apply(chain);
    }

    /**
     * The figure of one chain as text.
     *
     * @param chain the chain
     * @return a dash where it was not taken
     */
    public String text(ChainFigures chain) {
        Optional<Reading> reading = of(chain);
        if (reading.isEmpty()) {
            return "-";
        }
        boolean noise = reading.get().value() < shortest();
        return noise ? "under 1 ms" : (reading.get().atLeast() ? "> " : "") + quantity.text(reading.get().value());
    }

    /**
     * How many times the shortest chain's figure the longest chain's is, of those chains that it was taken of.
     *
     * @param experiment the chains
     * @return empty where there is one chain only, or the shortest chain's is a lower bound, zero or too short a time
     *         to divide by
     */
    public Optional<Growth> growth(Experiment experiment) {
        List<ChainFigures> taken = experiment.chains().stream().filter(chain -> of(chain).isPresent()).toList();
        if (taken.size() < 2) {
            return Optional.empty();
        }
        Reading shortest = of(taken.getFirst()).orElseThrow();
        Reading longest = of(taken.getLast()).orElseThrow();
        return shortest.atLeast() || shortest.value() <= shortest() ? Optional.empty() : Optional.of(
                new Growth(taken.getFirst(), taken.getLast(), longest.value() / shortest.value(), longest.atLeast()));
    }

    private double shortest() {
        return by == By.QEMU && quantity == Quantity.TIME ? SHORTEST_TIME : 0;
    }
}
