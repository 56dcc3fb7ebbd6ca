// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Operation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.ChainLayer;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OverlayNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** One layer of a chain as a filter for whole chains sees it. Thread-safe. */
final class Layer implements ChainLayer {
    private final NodeHandle handle;
    private final ContentLog log;
    private final List<StorageWatch> storages;

    /** A layer, whose content is logged from now on. */
    Layer(NodeHandle handle) {
        this.handle = handle;
        this.log = handle.contentLog();
        this.storages = StorageWatch.below(handle);
    }

    NodeHandle handle() {
        return handle;
    }

    @Override
    public NodeName node() {
        return handle.name();
    }

    @Override
    public long size() {
        return handle.size();
    }

    @Override
    public OptionalLong clusterSize() {
        OverlayNode overlay = handle.overlay();
        return overlay == null ? OptionalLong.empty() : overlay.clusterSize();
    }

    @Override
    public long version() {
        for (StorageWatch storage : storages) {
            if (storage.wasWrittenByOthers()) {
                log.everythingChanged();
            }
        }
        return log.version();
    }

    @Override
    public Optional<List<Range>> changesSince(long version) {
        return log.changesSince(version);
    }

    @Override
    public long emptyRun(long offset, long bytes) throws IOException {
        OverlayNode overlay = handle.overlay();
        try {
            return overlay == null ? 0 : overlay.emptyRun(offset, bytes);
        } catch (IOException e) {
            // Whoever reads there meets the failure, and nobody else.
            return 0;
        }
    }

    @Override
    public void scan(long offset, long bytes, Consumer<BlockStatus> statuses) throws IOException {
        try {
            handle.ensureReady();
            for (StorageWatch storage : storages) {
                storage.checkUnchanged();
            }
            OverlayNode overlay = handle.overlay();
            if (overlay != null) {
                overlay.scan(offset, bytes, statuses);
            } else {
                statuses.accept(wholeStatus(offset, bytes));
            }
        } catch (IOException e) {
            throw handle.located(e, Operation.BLOCK_STATUS, offset);
        }
    }

    /** A plain image is the storage below it; filters and protocols answer for themselves. */
    private BlockStatus wholeStatus(long offset, long bytes) throws IOException {
        if (handle.driver().kind() == NodeKind.FORMAT) {
            BlockStatus status = handle.node().blockStatus(offset, bytes, Effort.ALLOCATION_ONLY);
            if (status instanceof BlockStatus.SameAs && status.bytes() == bytes) {
                return status;
            }
        }
        return new BlockStatus.Data(bytes, Optional.empty(), false);
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
        handle.ensureReady();
        LayerWalk.readPlain(handle, offset, dst, RequestFlags.NONE);
    }

    /** A failure that names what another program has done. */
    static BlockException changed(NodeHandle storage) {
        return BlockException.locate(new BlockException(ErrorKind.CHANGED, "'" + storage.filename()
                + "' was changed by another program while it is a backing file here; close and open the disk again"),
                Operation.BLOCK_STATUS, storage.name(), -1);
    }
}
