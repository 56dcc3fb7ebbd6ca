// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Extent;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.Allocation;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.ReadCost;
import dev.varve.api.spi.ImageOperations;
import dev.varve.runtime.request.DiskChannel;
import dev.varve.runtime.request.RangeStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.Consumer;

/** A user's handle: the gate through which requests enter the graph. Thread-safe. */
final class Backend implements BlockBackend {
    private final Graph graph;
    private final DiskRoot disk;
    private final Edge root;
    private final boolean wholeGraph;
    private final Cleaner.Cleanable leak;

    /** A handle; one of the whole graph closes the graph with itself. */
    Backend(Graph graph, DiskRoot disk, boolean wholeGraph, Consumer<String> messages) {
        this.graph = graph;
        this.disk = disk;
        this.root = disk.edge();
        this.wholeGraph = wholeGraph;
        this.leak = Leak.watch(this, graph, disk, wholeGraph, messages);
    }

    Edge edge() {
        return root;
    }

    DiskRoot disk() {
        return disk;
    }

    @Override
    public NodeName root() {
        return root.node().orElseThrow(() -> new IllegalStateException("the disk is closed"));
    }

    @Override
    public long size() throws IOException {
        int ticket = disk.enter();
        try {
            return root.size();
        } finally {
            disk.exit(ticket);
        }
    }

    @Override
    public boolean isInserted() {
        NodeHandle node = root.target();
        return !disk.isClosed() && node != null && node.graph().inserted().holds(node);
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
        int ticket = disk.enter();
        try {
            root.read(offset, dst, RequestFlags.NONE);
        } finally {
            disk.exit(ticket);
        }
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        int ticket = disk.enter();
        try {
            root.write(offset, src, flags);
        } finally {
            disk.exit(ticket);
        }
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        int ticket = disk.enter();
        try {
            root.writeZeroes(offset, bytes, flags);
        } finally {
            disk.exit(ticket);
        }
    }

    @Override
    public void discard(long offset, long bytes) throws IOException {
        int ticket = disk.enter();
        try {
            root.discard(offset, bytes);
        } finally {
            disk.exit(ticket);
        }
    }

    @Override
    public void truncate(long size, Preallocation mode) throws IOException {
        int ticket = disk.enter();
        try {
            root.truncate(size, mode, RequestFlags.NONE);
        } finally {
            disk.exit(ticket);
        }
    }

    @Override
    public void flush() throws IOException {
        int ticket = disk.enter();
        try {
            root.flush();
        } finally {
            disk.exit(ticket);
        }
    }

    @Override
    public Allocation isAllocated(long offset, long bytes) throws IOException {
        return allocation(offset, bytes, 1);
    }

    @Override
    public Allocation isAllocatedAbove(NodeName base, boolean includeBase, long offset, long bytes)
            throws IOException {
        int depth = root.depthOf(base);
        if (depth < 0) {
            throw new BlockException(ErrorKind.NOT_FOUND, "node '" + base + "' is not in the chain below '" + root()
                    + "'");
        }
        int layers = includeBase ? depth + 1 : depth;
        return layers == 0 ? new Allocation(false, bytes) : allocation(offset, bytes, layers);
    }

    private Allocation allocation(long offset, long bytes, int layers) throws IOException {
        int ticket = disk.enter();
        try {
            checkRange(offset, bytes);
            NodeHandle node = root.attached();
            Allocation first = ExtentResolver.allocation(node, offset, bytes, layers);
            long known = first.bytes();
            while (known < bytes) {
                Allocation next = ExtentResolver.allocation(node, offset + known, bytes - known, layers);
                if (next.allocated() != first.allocated()) {
                    break;
                }
                known += next.bytes();
            }
            return new Allocation(first.allocated(), known);
        } finally {
            disk.exit(ticket);
        }
    }

    private void checkRange(long offset, long bytes) throws IOException {
        if (bytes < 1) {
            throw new IllegalArgumentException("a range of " + bytes + " bytes");
        }
        Objects.checkFromIndexSize(offset, bytes, root.size());
    }

    @Override
    public Iterator<Extent> extents(long offset, long bytes) {
        return new ExtentIterator(this::extent, offset, bytes);
    }

    private Extent extent(long offset, long bytes) throws IOException {
        int ticket = disk.enter();
        try {
            return root.extent(offset, bytes);
        } finally {
            disk.exit(ticket);
        }
    }

    @Override
    public Iterator<Extent> changesSince(BlockBackend older) throws IOException {
        return new ChainDiff(disk, ((Backend) older).disk);
    }

    @Override
    public ReadCost readCost(long offset, long bytes) throws IOException {
        int ticket = disk.enter();
        try {
            checkRange(offset, bytes);
            return CostResolver.cost(root.attached(), offset, bytes);
        } finally {
            disk.exit(ticket);
        }
    }

    @Override
    public SeekableByteChannel channel() {
        return new DiskChannel(this);
    }

    @Override
    public InputStream inputStream(long offset, long bytes) throws IOException {
        Objects.checkFromIndexSize(offset, bytes, size());
        return new RangeStream(this, offset, bytes);
    }

    @Override
    public BlockGraph graph() {
        return graph;
    }

    @Override
    public ImageInfo info() throws IOException {
        int ticket = disk.enter();
        try {
            ImageInfo info = root.info();
            return new ImageInfo(ImageNames.of(root.attached()), info.size(), info.actualSize(), info.clusterSize(),
                    info.backing(), info.state(), info.snapshots(), info.specific());
        } finally {
            disk.exit(ticket);
        }
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        int ticket = disk.enter();
        try {
            return root.check(findings);
        } finally {
            disk.exit(ticket);
        }
    }

    @Override
    public ImageOperations operations() {
        return new RootOperations(this);
    }

    /** Runs something while no request of this user is under way. */
    <T> T alone(RootOperations.Work<T> work) throws IOException {
        disk.gate().close();
        try {
            disk.countAlone();
            return work.run();
        } finally {
            disk.gate().open();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            graph.closeBackend(disk);
        } finally {
            leak.clean();
            if (wholeGraph) {
                graph.close();
            }
        }
    }
}
