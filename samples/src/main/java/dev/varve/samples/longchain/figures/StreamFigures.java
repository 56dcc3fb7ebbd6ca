// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import java.util.OptionalLong;

/**
 * What copying a chain into an empty overlay above it needed, in a process of its own.
 *
 * @param seconds from the start of the job to its end
 * @param residentPeak the peak of the process's resident memory, in bytes, where the system tells
 */
public record StreamFigures(double seconds, OptionalLong residentPeak) {}
