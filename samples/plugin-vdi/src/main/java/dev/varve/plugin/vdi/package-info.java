// SPDX-License-Identifier: Apache-2.0
/**
 * The format {@code vdi}. An image is a header of one sector, a block map of one little-endian word a block, and the
 * blocks of 1 MiB in the order in which they were first written.
 */
@NullMarked
package dev.varve.plugin.vdi;

import org.jspecify.annotations.NullMarked;
