// SPDX-License-Identifier: Apache-2.0
/** The runtime: graph, request path, registry, configuration and jobs. */
package dev.varve.runtime;
