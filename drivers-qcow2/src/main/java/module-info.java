// SPDX-License-Identifier: Apache-2.0
/** The qcow2 format. */
module dev.varve.drivers.qcow2 {
    requires transitive dev.varve.api;
    requires static org.jspecify;
    requires com.github.luben.zstd_jni;

    provides dev.varve.api.spi.BlockDriver with dev.varve.drivers.qcow2.Qcow2Driver,
            dev.varve.drivers.qcow2.luks.LuksDriver;
}
