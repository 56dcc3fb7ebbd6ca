// SPDX-License-Identifier: Apache-2.0
/** The block layer's contract: values, the driver SPI and the graph API. Depends on nothing. */
module dev.varve.api {
    exports dev.varve.api.block;
    exports dev.varve.api.graph;
    exports dev.varve.api.job;
    exports dev.varve.api.spi;

    uses dev.varve.api.graph.BlockLayer;
}
