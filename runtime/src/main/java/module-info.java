// SPDX-License-Identifier: Apache-2.0
/** The runtime: graph, request path, registry, configuration and jobs. */
module dev.varve.runtime {
    requires transitive dev.varve.api;
    requires org.slf4j;
    requires tools.jackson.core;
    requires static org.jspecify;
    requires static osgi.core; // absent on a plain class or module path

    uses dev.varve.api.spi.BlockDriver;

    provides dev.varve.api.graph.BlockLayer with dev.varve.runtime.Varve;
}
