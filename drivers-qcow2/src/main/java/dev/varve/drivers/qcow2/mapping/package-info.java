// SPDX-License-Identifier: Apache-2.0
/** From guest offsets to host offsets: the L1 table, slices of L2 tables and their cache. */
@NullMarked
package dev.varve.drivers.qcow2.mapping;

import org.jspecify.annotations.NullMarked;
