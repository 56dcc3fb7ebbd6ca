// SPDX-License-Identifier: Apache-2.0
/** JMH benchmarks of the parts: what a request costs apart from the reading of data. */
@NullMarked
package dev.varve.benchmarks.parts;

import org.jspecify.annotations.NullMarked;
