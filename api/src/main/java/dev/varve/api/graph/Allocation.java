// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

/**
 * Whether a range is allocated.
 *
 * @param allocated whether the layers asked about decide the content of the range
 * @param bytes for how many bytes from the offset that is so, at least 1
 */
public record Allocation(boolean allocated, long bytes) {}
