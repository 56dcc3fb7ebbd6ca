// SPDX-License-Identifier: Apache-2.0
/** The graph as its users see it. Implemented by the runtime only. */
package dev.varve.api.graph;
