// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What QEMU's tools needed for one chain.
 *
 * @param seconds two readings of the whole disk in one process, as {@code qemu-img bench} counts them; empty where it
 *        was not run, was stopped or failed
 * @param openSeconds {@code qemu-io} with the disk minus {@code qemu-io} without one, whole processes
 * @param residentPeak the peak of the resident memory in bytes, where the system tells
 * @param remark why a figure is missing; empty where none is
 */
public record QemuFigures(OptionalDouble seconds, OptionalDouble openSeconds, OptionalLong residentPeak,
        String remark) {
    /**
     * Figures that were not taken.
     *
     * @param why the reason
     * @return no figures
     */
    public static QemuFigures none(String why) {
        return new QemuFigures(OptionalDouble.empty(), OptionalDouble.empty(), OptionalLong.empty(), why);
    }
}
