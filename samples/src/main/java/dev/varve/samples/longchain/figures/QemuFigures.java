// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What QEMU's tools needed for one chain.
 *
 * @param openSeconds {@code qemu-io} with the disk minus {@code qemu-io} without one, whole processes
 * @param first one reading of the whole disk, in the seconds that {@code qemu-img bench} counts
 * @param steady what a second reading in the same process adds
 * @param residentPeak the peak of the resident memory of both readings, in bytes, where the system tells
 * @param stream from the command {@code block-stream} to the end of the job
 * @param streamPeak the peak of the resident memory of it, in bytes, where the system tells
 * @param remarks why figures are missing or are lower bounds
 */
public record QemuFigures(OptionalDouble openSeconds, Optional<Reading> first, Optional<Reading> steady,
        OptionalLong residentPeak, Optional<Reading> stream, OptionalLong streamPeak, List<String> remarks) {
    /** Copies the list. */
    public QemuFigures {
        remarks = List.copyOf(remarks);
    }

    /**
     * Figures that were not taken.
     *
     * @param why the reason
     * @return no figures
     */
    public static QemuFigures none(String why) {
        return new QemuFigures(OptionalDouble.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty(),
                Optional.empty(), OptionalLong.empty(), List.of(why));
    }

    /**
     * Tells whether there is any figure.
     *
     * @return false where QEMU was not measured or did nothing at all
     */
    public boolean measured() {
        return first.isPresent() || openSeconds.isPresent() || stream.isPresent();
    }
}
