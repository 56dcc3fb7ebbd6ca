// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BitmapInfo;
import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.Operation;
import dev.varve.api.block.RepairScope;
import dev.varve.api.block.RequestFlags;
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
 * The operations on a root's image: each runs alone among the requests of its user; what changes something needs
 * permission WRITE, and the node forgets its size and what is remembered of its content.
 */
final class RootOperations implements ImageOperations {
    private final Backend backend;

    /** Something that runs alone. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /** Something that runs alone and gives nothing back. */
    @FunctionalInterface
    private interface Change {
        void run() throws IOException;
    }

    RootOperations(Backend backend) {
        this.backend = backend;
    }

    private <T> T ask(Work<T> work) throws IOException {
        return backend.alone(() -> located(backend.edge().ready(Operation.IMAGE_CHANGE, -1), work));
    }

    private <T> T change(Work<T> work) throws IOException {
        return backend.alone(() -> {
            NodeHandle node = EdgeChanges.writable(backend.edge(), Operation.IMAGE_CHANGE, -1, RequestFlags.NONE);
            return renewing(node, () -> located(node, work));
        });
    }

    private static <T> T renewing(NodeHandle node, Work<T> work) throws IOException {
        try {
            return work.run();
        } finally {
            node.changed(0, Long.MAX_VALUE, false);
            node.refreshSize();
        }
    }

    private void changing(Change work) throws IOException {
        change(() -> {
            work.run();
            return Boolean.TRUE;
        });
    }

    private static <T> T located(NodeHandle node, Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (IOException e) {
            throw node.located(e, Operation.IMAGE_CHANGE, -1);
        }
    }

    private ImageOperations image() throws IOException {
        return backend.edge().operations();
    }

    @Override
    public CheckReport repair(RepairScope scope, Consumer<CheckFinding> findings) throws IOException {
        return change(() -> image().repair(scope, findings));
    }

    @Override
    public void amend(Options changes, boolean force, DoubleConsumer progress) throws IOException {
        changing(() -> image().amend(changes, force, progress));
    }

    @Override
    public void changeBackingFile(Optional<ImageReference> changed) throws IOException {
        changing(() -> backend.edge().changeBackingFile(changed));
    }

    @Override
    public void makeEmpty() throws IOException {
        changing(() -> image().makeEmpty());
    }

    @Override
    public SnapshotStore snapshots() {
        return new Snapshots();
    }

    @Override
    public BitmapStore bitmaps() {
        return new Bitmaps();
    }

    /** The first node on the way to the storage that holds requests (QEMU's {@code bdrv_debug_breakpoint}). */
    @Override
    public Breakpoints breakpoints() throws BlockException {
        Edge edge = backend.edge();
        while (edge != null) {
            NodeHandle node = edge.attached();
            try {
                return node.node().operations().breakpoints();
            } catch (BlockException e) {
                if (e.kind() != ErrorKind.UNSUPPORTED) {
                    throw e;
                }
            } catch (IOException e) {
                throw node.located(e, Operation.IMAGE_CHANGE, -1);
            }
            edge = node.primary();
        }
        return ImageOperations.NONE.breakpoints();
    }

    private final class Snapshots implements SnapshotStore {
        @Override
        public List<SnapshotInfo> list() throws IOException {
            return ask(() -> image().snapshots().list());
        }

        @Override
        public SnapshotInfo create(String name) throws IOException {
            return change(() -> image().snapshots().create(name));
        }

        @Override
        public void apply(String idOrName) throws IOException {
            changing(() -> image().snapshots().apply(idOrName));
        }

        @Override
        public void delete(String idOrName) throws IOException {
            changing(() -> image().snapshots().delete(idOrName));
        }

        @Override
        public void load(String idOrName) throws IOException {
            ask(() -> renewing(backend.edge().attached(), () -> {
                image().snapshots().load(idOrName);
                return Boolean.TRUE;
            }));
        }

        @Override
        public void readVmState(long offset, ByteBuffer dst) throws IOException {
            ask(() -> {
                image().snapshots().readVmState(offset, dst);
                return Boolean.TRUE;
            });
        }

        @Override
        public void writeVmState(long offset, ByteBuffer src) throws IOException {
            changing(() -> image().snapshots().writeVmState(offset, src));
        }
    }

    private final class Bitmaps implements BitmapStore {
        @Override
        public List<BitmapInfo> list() throws IOException {
            return ask(() -> image().bitmaps().list());
        }

        @Override
        public void add(String name, long granularity, boolean enabled) throws IOException {
            changing(() -> image().bitmaps().add(name, granularity, enabled));
        }

        @Override
        public void remove(String name) throws IOException {
            changing(() -> image().bitmaps().remove(name));
        }

        @Override
        public void clear(String name) throws IOException {
            changing(() -> image().bitmaps().clear(name));
        }

        @Override
        public void enable(String name, boolean enabled) throws IOException {
            changing(() -> image().bitmaps().enable(name, enabled));
        }

        @Override
        public void merge(String name, BitmapContent source) throws IOException {
            changing(() -> image().bitmaps().merge(name, source));
        }

        @Override
        public BitmapContent content(String name) throws IOException {
            return ask(() -> image().bitmaps().content(name));
        }
    }
}
