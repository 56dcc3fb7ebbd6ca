// SPDX-License-Identifier: Apache-2.0
/** The filter xor: a small one to learn from. */
module dev.varve.plugin.xor {
    requires transitive dev.varve.api;
    requires static org.jspecify;

    provides dev.varve.api.spi.BlockDriver with dev.varve.plugin.xor.XorDriver;
}
