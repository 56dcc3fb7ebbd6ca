// SPDX-License-Identifier: Apache-2.0
/** Measuring whole programs: QEMU's tools and the command {@code varve}. */
@NullMarked
package dev.varve.benchmarks.qemu;

import org.jspecify.annotations.NullMarked;
