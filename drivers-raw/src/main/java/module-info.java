// SPDX-License-Identifier: Apache-2.0
/** The raw format and the protocols of the local machine. */
module dev.varve.drivers.raw {
    requires transitive dev.varve.api;
    requires static org.jspecify;
}
