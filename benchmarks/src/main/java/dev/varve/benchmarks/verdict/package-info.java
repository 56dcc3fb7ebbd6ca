// SPDX-License-Identifier: Apache-2.0
/** What the figures have to show, and whether they do. */
@NullMarked
package dev.varve.benchmarks.verdict;

import org.jspecify.annotations.NullMarked;
