// SPDX-License-Identifier: Apache-2.0
/**
 * Disks in memory that a graph can be given with {@link dev.varve.api.graph.GraphSettings#withDriver}: one that
 * records, one that fails, one that forgets what was not flushed, one whose medium can be taken out. Each is a driver
 * of its own name and holds its content itself, so that it outlives the graphs that open it.
 */
package dev.varve.conformance.device;
