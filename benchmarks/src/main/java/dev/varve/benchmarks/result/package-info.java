// SPDX-License-Identifier: Apache-2.0
/** What was measured, and the one file that it is kept in. */
@NullMarked
package dev.varve.benchmarks.result;

import org.jspecify.annotations.NullMarked;
