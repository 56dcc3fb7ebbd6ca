// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.page;

import dev.varve.benchmarks.result.Program;
import java.util.List;

/**
 * What one program needs for longer and longer chains.
 *
 * @param program who
 * @param points in ascending number of layers
 */
record Curve(Program program, List<Point> points) {
    Curve {
        points = List.copyOf(points);
    }

    /**
     * One chain.
     *
     * @param layers its length
     * @param value the figure, more than 0
     * @param atLeast whether the figure is a lower bound
     */
    record Point(int layers, double value, boolean atLeast) {}

    /** The class of its lines in the style sheet. */
    String style() {
        return program.key();
    }
}
