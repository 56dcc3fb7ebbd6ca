// SPDX-License-Identifier: Apache-2.0
/** The command: makes the chains, runs everything, writes the results. */
@NullMarked
package dev.varve.benchmarks.run;

import org.jspecify.annotations.NullMarked;
