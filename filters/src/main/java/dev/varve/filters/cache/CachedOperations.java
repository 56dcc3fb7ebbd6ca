// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.cache;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.RepairScope;
import dev.varve.api.block.SnapshotInfo;
import dev.varve.api.spi.BitmapStore;
import dev.varve.api.spi.Breakpoints;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * The child's operations. Before each that changes something the child holds everything, after it the cache nothing.
 */
final class CachedOperations implements ImageOperations {
    private final ImageOperations child;
    private final CacheNode node;

    CachedOperations(ImageOperations child, CacheNode node) {
        this.child = child;
        this.node = node;
    }

    @Override
    public CheckReport repair(RepairScope scope, Consumer<CheckFinding> findings) throws IOException {
        node.writeBack();
        try {
            return child.repair(scope, findings);
        } finally {
            node.forget();
        }
    }

    @Override
    public void amend(Options changes, boolean force, DoubleConsumer progress) throws IOException {
        changing(() -> child.amend(changes, force, progress));
    }

    @Override
    public void changeBackingFile(Optional<ImageReference> changed) throws IOException {
        changing(() -> child.changeBackingFile(changed));
    }

    @Override
    public void makeEmpty() throws IOException {
        changing(child::makeEmpty);
    }

    @Override
    public SnapshotStore snapshots() throws BlockException {
        return new Snapshots(child.snapshots());
    }

    @Override
    public BitmapStore bitmaps() throws BlockException {
        return child.bitmaps();
    }

    @Override
    public Breakpoints breakpoints() throws BlockException {
        return child.breakpoints();
    }

    private void changing(CacheNode.Request change) throws IOException {
        node.writeBack();
        try {
            change.run();
        } finally {
            node.forget();
        }
    }

    private final class Snapshots implements SnapshotStore {
        private final SnapshotStore store;

        Snapshots(SnapshotStore store) {
            this.store = store;
        }

        @Override
        public List<SnapshotInfo> list() throws IOException {
            return store.list();
        }

        @Override
        public SnapshotInfo create(String name) throws IOException {
            node.writeBack();
            return store.create(name);
        }

        @Override
        public void apply(String idOrName) throws IOException {
            changing(() -> store.apply(idOrName));
        }

        @Override
        public void delete(String idOrName) throws IOException {
            store.delete(idOrName);
        }

        @Override
        public void load(String idOrName) throws IOException {
            changing(() -> store.load(idOrName));
        }

        @Override
        public void readVmState(long offset, ByteBuffer dst) throws IOException {
            store.readVmState(offset, dst);
        }

        @Override
        public void writeVmState(long offset, ByteBuffer src) throws IOException {
            store.writeVmState(offset, src);
        }
    }
}
