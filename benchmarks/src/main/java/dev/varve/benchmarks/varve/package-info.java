// SPDX-License-Identifier: Apache-2.0
/** Measuring Varve, in Java processes of their own. */
@NullMarked
package dev.varve.benchmarks.varve;

import org.jspecify.annotations.NullMarked;
