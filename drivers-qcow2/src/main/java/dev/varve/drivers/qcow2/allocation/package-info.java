// SPDX-License-Identifier: Apache-2.0
/**
 * Everything that changes an image: refcounts, allocation, copy-on-write, zero clusters, discard, growing, and the
 * order in which metadata reaches the file ({@link dev.varve.drivers.qcow2.allocation.Metadata}).
 */
@NullMarked
package dev.varve.drivers.qcow2.allocation;

import org.jspecify.annotations.NullMarked;
