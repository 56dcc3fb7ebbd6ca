// SPDX-License-Identifier: Apache-2.0
/** Filter nodes, one package each. */
module dev.varve.filters {
    requires transitive dev.varve.api;
    requires static org.jspecify;

    provides dev.varve.api.spi.BlockDriver with dev.varve.filters.blkdebug.BlkdebugDriver,
            dev.varve.filters.blkverify.BlkverifyDriver, dev.varve.filters.collapse.ChainCollapseDriver,
            dev.varve.filters.compress.CompressDriver, dev.varve.filters.copyonread.CopyOnReadDriver,
            dev.varve.filters.quorum.QuorumDriver, dev.varve.filters.throttle.ThrottleDriver;
}
