// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import java.util.List;
import java.util.Optional;

/** The same figure of all who are measured. */
public enum Comparison {
    /** Reading what nothing is known of yet. */
    FIRST("First pass over the disk", "reading the disk the first time",
            "Seconds in read requests after opening. Varve's process is a fresh one: it compiles its code meanwhile.",
            Figure.FIRST, Figure.WALK_FIRST, Figure.QEMU_FIRST),
    /** Reading in the steady state. */
    STEADY("Later passes over the disk", "reading the disk again", "Seconds in read requests of one pass.",
            Figure.STEADY, Figure.WALK_STEADY, Figure.QEMU_STEADY),
    /** Streaming. */
    STREAM("Streaming the chain into an overlay", "streaming the chain",
            "varve stream and block-stream: seconds of the job, process start and opening apart.",
            Figure.STREAM, Figure.WALK_STREAM, Figure.QEMU_STREAM),
    /** Opening. */
    OPEN("Opening the disk", "opening the disk",
            "From the JSON to a disk that answers, in a process that has done so before; QEMU: whole processes.",
            Figure.REOPEN, Figure.WALK_REOPEN, Figure.QEMU_OPEN),
    /** Memory of reading. */
    MEMORY("Memory of opening and reading", "peak memory of reading",
            "Peak of the process's resident memory. Varve's includes Java, with one heap setting for every length.",
            Figure.RESIDENT, Figure.WALK_RESIDENT, Figure.QEMU_RESIDENT),
    /** Memory of streaming. */
    STREAM_MEMORY("Memory of streaming", "peak memory of streaming",
            "Peak of the process's resident memory, as for reading.",
            Figure.STREAM_RESIDENT, Figure.WALK_STREAM_RESIDENT, Figure.QEMU_STREAM_RESIDENT);

    private final String title;
    private final String words;
    private final String note;
    private final Figure varve;
    private final Figure walk;
    private final Figure qemu;

    Comparison(String title, String words, String note, Figure varve, Figure walk, Figure qemu) {
        this.title = title;
        this.words = words;
        this.note = note;
        this.varve = varve;
        this.walk = walk;
        this.qemu = qemu;
    }

    /**
     * What is compared, as a heading.
     *
     * @return words
     */
    public String title() {
        return title;
    }

    /**
     * What is compared, inside a sentence.
     *
     * @return words
     */
    public String words() {
        return words;
    }

    /**
     * What has to be known to read the figures.
     *
     * @return sentences
     */
    public String note() {
        return note;
    }

    /**
     * Varve's figure.
     *
     * @return with the index of the chain
     */
    public Figure varve() {
        return varve;
    }

    /**
     * QEMU's figure.
     *
     * @return of its tool
     */
    public Figure qemu() {
        return qemu;
    }

    /**
     * All figures.
     *
     * @return Varve, Varve without its index, QEMU
     */
    public List<Figure> figures() {
        return List.of(varve, walk, qemu);
    }

    /**
     * How many times as much as Varve QEMU needs for a chain.
     *
     * @param chain the chain
     * @return empty where one was not measured; a lower bound where QEMU was stopped
     */
    public Optional<Reading> qemuByVarve(ChainFigures chain) {
        Optional<Reading> ours = varve.of(chain);
        return ours.isEmpty() || ours.get().value() <= 0 ? Optional.empty()
                : qemu.of(chain).map(reading -> new Reading(reading.value() / ours.get().value(), reading.atLeast()));
    }
}
