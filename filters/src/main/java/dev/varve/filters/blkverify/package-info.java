// SPDX-License-Identifier: Apache-2.0
/** The {@code blkverify} filter: two disks that must always read the same. */
package dev.varve.filters.blkverify;
