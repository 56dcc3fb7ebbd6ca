// SPDX-License-Identifier: Apache-2.0
/**
 * The graph: nodes, edges with their permissions, the walk through backing chains, facts memoised by generation,
 * opening, changing and closing. {@link dev.varve.runtime.graph.Graph} is the way in.
 *
 * <p>Locks, in the order they are taken: the graph's change lock, then the gates of backends, then a node's flush
 * lock. Requests take none of the first two beyond passing their backend's gate.
 */
package dev.varve.runtime.graph;
