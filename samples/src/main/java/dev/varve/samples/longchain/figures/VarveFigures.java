// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

/**
 * What Varve needed for one chain.
 *
 * @param read to open and read it
 * @param stream to copy it into an empty overlay
 */
public record VarveFigures(ReadFigures read, StreamFigures stream) {}
