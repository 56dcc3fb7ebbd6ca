// SPDX-License-Identifier: Apache-2.0
/** Shell commands that show disk graphs. */
module dev.varve.shell {
    requires dev.varve.api;
    requires dev.varve.osgi;
    requires static org.jspecify;
    requires static osgi.core;
}
