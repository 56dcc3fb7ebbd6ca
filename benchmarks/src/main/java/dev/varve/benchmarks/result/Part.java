// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.result;

/**
 * A figure of JMH.
 *
 * @param benchmark class and method
 * @param parameters what it was run with
 * @param nanos the time of an operation, the mean
 * @param error half of the interval of 99.9 % confidence; NaN where there is none
 * @param allocatedBytes what an operation allocated on the heap; NaN where that was not measured
 */
public record Part(String benchmark, String parameters, double nanos, double error, double allocatedBytes) {}
