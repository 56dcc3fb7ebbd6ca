// SPDX-License-Identifier: Apache-2.0
/** The command varve, and the drop-ins qemu-img and qemu-io. */
module dev.varve.cli {
    requires dev.varve.api;
    requires dev.varve.runtime;
    requires static org.jspecify;
}
