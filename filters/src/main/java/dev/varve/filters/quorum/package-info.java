// SPDX-License-Identifier: Apache-2.0
/** The {@code quorum} driver: several copies of one disk, of which the majority is right. */
package dev.varve.filters.quorum;
