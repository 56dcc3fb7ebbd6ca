// SPDX-License-Identifier: Apache-2.0
/** Immutable values of the block layer: names, permissions, flags, extents, reports and the one exception type. */
package dev.varve.api.block;
