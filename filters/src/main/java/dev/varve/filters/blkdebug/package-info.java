// SPDX-License-Identifier: Apache-2.0
/** The {@code blkdebug} filter: makes faults where tests want them, and holds requests. */
package dev.varve.filters.blkdebug;
