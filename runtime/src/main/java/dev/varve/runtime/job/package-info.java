// SPDX-License-Identifier: Apache-2.0
/**
 * Jobs: what runs beside the requests of a graph's users. Knows nothing of nodes and edges; the graph hands each job an
 * interface to what it works on.
 *
 * <p>A job takes locks in this order: the gate of its backend, its own lock, a range, its turn to write. It waits for
 * the graph's change lock, for the end of a rest and for its speed limit with none of them.
 */
package dev.varve.runtime.job;
