// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Extent;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.job.StreamOptions;
import dev.varve.api.spi.Effort;
import dev.varve.runtime.job.RangeLocks;
import dev.varve.runtime.job.StreamDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What a stream job holds of the graph: an edge to the top that writes what is visible already, an edge to each layer
 * below that lets nobody write it, the links between them, which nobody may change, and the ranges that users' writes
 * to the top enter. Held from {@link #hold} to {@link #release}.
 */
final class StreamedDisk implements StreamDisk {
    private static final int SECTOR = 512;
    private static final RequestFlags ZERO_FLAGS = RequestFlags.WRITE_UNCHANGED.with(RequestFlags.MAY_UNMAP);
    private static final Permissions COPY = new Permissions(
            Set.of(Permission.CONSISTENT_READ, Permission.WRITE_UNCHANGED), Permissions.ALL);
    private static final Permissions GUARD = new Permissions(Set.of(),
            Set.of(Permission.CONSISTENT_READ, Permission.WRITE_UNCHANGED));

    private final Graph graph;
    private final NodeTable nodes;
    private final Disks disks;
    private final String job;
    private final StreamChain chain;
    private final Optional<ImageReference> reference;
    private final Edge root;
    private final DiskRoot disk;
    private final List<Edge> guards = new ArrayList<>();
    private final RangeLocks ranges = new RangeLocks();
    private int unit = SECTOR;

    /** Finds the chain, or throws where it cannot be streamed. Under the change lock, kept up to {@link #hold}. */
    StreamedDisk(Graph graph, NodeTable nodes, Disks disks, GraphState state, String job, NodeName top,
            StreamOptions options) throws IOException {
        this.graph = graph;
        this.nodes = nodes;
        this.disks = disks;
        this.job = job;
        NodeHandle base = options.base().isPresent() ? nodes.find(options.base().get()) : null;
        this.chain = StreamChain.of(nodes.find(top), base);
        for (Edge link : chain.links()) {
            link.refuseHeld();
        }
        this.reference = chain.base() == null ? Optional.empty()
                : NameOfBase.of(chain.top(), chain.lowest(), chain.base(), options.backingFile());
        this.root = Edge.ofJob("job '" + job + "'", COPY);
        this.disk = new DiskRoot(root, state);
    }

    /** Takes hold of the chain, or throws with nothing changed. Under the change lock, with the disks drained. */
    void hold() throws IOException {
        root.retarget(chain.top());
        guard(chain.layers());
        if (chain.base() != null) {
            guard(List.of(chain.base()));
        }
        boolean done = false;
        try {
            Negotiation.run(held());
            done = true;
        } finally {
            if (!done) {
                letGo();
            }
        }
        chain.links().forEach(link -> link.heldBy(job));
        chain.top().ranges(ranges);
        disks.add(disk);
        unit = unitOf(chain.top());
    }

    private static int unitOf(NodeHandle top) throws IOException {
        long cluster = top.node().info().clusterSize().orElse(SECTOR);
        return (int) Math.max(cluster, top.requests().limits().requestAlignment());
    }

    private void guard(List<NodeHandle> layers) {
        for (NodeHandle layer : layers) {
            Edge edge = Edge.ofJob("job '" + job + "'", GUARD);
            edge.retarget(layer);
            guards.add(edge);
        }
    }

    private List<NodeHandle> held() {
        List<NodeHandle> held = new ArrayList<>(chain.layers());
        held.add(chain.top());
        if (chain.base() != null) {
            held.add(chain.base());
        }
        held.removeIf(NodeHandle::isClosed);
        return held;
    }

    private void letGo() {
        root.retarget(null);
        letGoOfLayers();
    }

    private void letGoOfLayers() {
        guards.forEach(edge -> edge.retarget(null));
        guards.clear();
        chain.links().forEach(link -> link.heldBy(null));
    }

    @Override
    public long size() throws IOException {
        return root.size();
    }

    @Override
    public int unit() {
        return unit;
    }

    @Override
    public boolean remainsBacked() {
        return chain.base() != null;
    }

    @Override
    public RangeLocks ranges() {
        return ranges;
    }

    @Override
    public int enter() {
        return disk.gate().enter();
    }

    @Override
    public void exit(int ticket) {
        disk.gate().exit(ticket);
    }

    @Override
    public Run need(long offset, long bytes) throws IOException {
        Extent extent = root.extent(offset, bytes, Effort.ALLOCATION_ONLY);
        return new Run(needOf(extent), extent.bytes());
    }

    private Need needOf(Extent extent) {
        NodeHandle base = chain.base();
        if (base == null) {
            return extent.depth() > 0 && extent.allocated() && !extent.readsAsZeroes() ? Need.DATA : Need.NOTHING;
        }
        if (extent.allocated()) {
            if (extent.depth() == 0 || extent.depth() >= chain.height()) {
                return Need.NOTHING;
            }
            return extent.readsAsZeroes() ? Need.ZEROES : Need.DATA;
        }
        // Nobody has the range: the walk ended above a layer that is too short. If that one goes and the base is
        // longer, the base would come to light.
        boolean shortLayerGoes = extent.depth() + 1 < chain.height();
        return shortLayerGoes && extent.offset() < base.size() ? Need.ZEROES : Need.NOTHING;
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
        root.read(offset, dst, RequestFlags.NONE);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws IOException {
        root.write(offset, src, RequestFlags.WRITE_UNCHANGED);
    }

    @Override
    public void writeZeroes(long offset, long bytes) throws IOException {
        root.writeZeroes(offset, bytes, ZERO_FLAGS);
    }

    @Override
    public void flush() throws IOException {
        int ticket = enter();
        try {
            root.flush();
        } finally {
            exit(ticket);
        }
    }

    @Override
    public void complete(LastWork last) throws IOException {
        graph.whileDrained(() -> {
            last.run();
            root.flush();
            if (!chain.links().isEmpty()) {
                renameBacking();
                unlink();
            }
        });
    }

    private void renameBacking() throws IOException {
        Optional<ImageReference> now = root.info().backing();
        if (now.equals(reference) || remainsBacked() && reference.isEmpty()) {
            return;
        }
        try {
            root.changeBackingFile(reference);
        } catch (BlockException e) {
            // A format without such a name gets its backing node from the configuration.
            if (e.kind() != ErrorKind.UNSUPPORTED || now.isPresent()) {
                throw e;
            }
        }
    }

    private void unlink() throws IOException {
        NodeHandle highest = chain.links().get(0).target();
        NodeHandle remainder = chain.remainder();
        if (highest == null || highest == remainder) {
            return;
        }
        chain.links().forEach(link -> link.heldBy(null));
        Transaction transaction = new Transaction(graph, nodes);
        boolean done = false;
        try {
            transaction.setBacking(chain.top().name(), Optional.ofNullable(remainder).map(NodeHandle::name));
            transaction.commit();
            done = true;
        } finally {
            if (!done) {
                transaction.rollBack();
            }
        }
        letGoOfLayers();
        closeUnused(highest);
    }

    private void closeUnused(NodeHandle highest) {
        try {
            if (highest.parents().isEmpty() && !highest.isKept()) {
                Closing.close(nodes, List.of(highest), "its content was streamed into node '" + chain.top().name()
                        + "'");
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(StreamedDisk.class).warn("a layer that was streamed could not be closed cleanly",
                    e);
        }
    }

    @Override
    public void release() throws IOException {
        graph.whileLocked(() -> {
            chain.top().ranges(null);
            disks.remove(disk);
            letGo();
            Negotiation.run(held());
        });
    }
}
