// SPDX-License-Identifier: Apache-2.0
/** The tools: {@code varve} and its commands. Uses the block layer through its API only. */
module dev.varve.cli {
    requires dev.varve.api;
    requires jdk.management;
    requires static org.jspecify;

    uses java.util.spi.ToolProvider;
}
