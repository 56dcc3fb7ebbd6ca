// SPDX-License-Identifier: Apache-2.0
/** The page with the curves. */
@NullMarked
package dev.varve.benchmarks.page;

import org.jspecify.annotations.NullMarked;
