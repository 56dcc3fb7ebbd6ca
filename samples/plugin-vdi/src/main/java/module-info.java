// SPDX-License-Identifier: Apache-2.0
/** The format vdi: VirtualBox's disk images. */
module dev.varve.plugin.vdi {
    requires transitive dev.varve.api;
    requires static org.jspecify;

    provides dev.varve.api.spi.BlockDriver with dev.varve.plugin.vdi.VdiDriver;
}
