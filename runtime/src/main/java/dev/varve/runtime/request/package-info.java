// SPDX-License-Identifier: Apache-2.0
/**
 * The work of the choke point that concerns one node alone: alignment, splitting, emulation of flags and of write
 * zeroes, detection of zeroes. Knows nothing of the graph.
 */
package dev.varve.runtime.request;
