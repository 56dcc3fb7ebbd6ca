// SPDX-License-Identifier: Apache-2.0
/** The raw format, the protocols of the local machine, and http. */
module dev.varve.drivers.raw {
    requires transitive dev.varve.api;
    requires java.net.http;
    requires static org.jspecify;

    provides dev.varve.api.spi.BlockDriver with
            dev.varve.drivers.raw.file.FileDriver,
            dev.varve.drivers.raw.file.HostDeviceDriver,
            dev.varve.drivers.raw.format.RawDriver,
            dev.varve.drivers.raw.http.HttpDriver,
            dev.varve.drivers.raw.http.HttpsDriver,
            dev.varve.drivers.raw.memory.MemoryDriver,
            dev.varve.drivers.raw.nothing.NullAioDriver,
            dev.varve.drivers.raw.nothing.NullCoDriver;
}
