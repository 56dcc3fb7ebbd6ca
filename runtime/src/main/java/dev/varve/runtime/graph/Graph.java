// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.EdgeView;
import dev.varve.api.graph.GraphCounters;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.NodeView;
import dev.varve.api.job.Job;
import dev.varve.api.job.StreamOptions;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.ChainFilterNode;
import dev.varve.runtime.job.StreamJob;
import dev.varve.runtime.registry.DriverLookup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The graph. Changes take turns under {@code changeLock}; requests never take it. */
public final class Graph implements BlockGraph {
    private final GraphSettings settings;
    private final DriverLookup drivers;
    private final Consumer<Graph> onClose;
    private final GraphState state;
    private final NodeTable nodes = new NodeTable();
    private final Disks disks = new Disks();
    private final Jobs jobs = new Jobs();
    private final ReentrantLock changeLock = new ReentrantLock();
    private boolean closing;
    private volatile boolean closed;

    /**
     * An empty graph.
     *
     * @param settings how it treats what it is given
     * @param installed the drivers behind its own
     * @param onClose told when the graph has been closed
     */
    public Graph(GraphSettings settings, DriverLookup installed, Consumer<Graph> onClose) {
        this.settings = settings;
        this.drivers = installed.behind(settings.drivers());
        this.state = new GraphState(new Collapsing(drivers, settings.chainCollapse()));
        this.onClose = onClose;
    }

    @Override
    public long generation() {
        return state.generation().current();
    }

    @Override
    public NodeName add(NodeDefinition definition) throws IOException {
        changeLock.lock();
        try {
            checkOpen();
            NodeHandle node = open(definition);
            node.keep();
            return node.name();
        } finally {
            state.generation().bump();
            changeLock.unlock();
        }
    }

    /** Opens a node with everything below it, or leaves nothing open. Under the change lock. */
    NodeHandle open(NodeDefinition definition) throws IOException {
        return Opening.open(new OpeningScope(settings, drivers, state, nodes), definition);
    }

    @Override
    public void change(GraphChange change) throws IOException {
        changeLock.lock();
        try {
            checkOpen();
            whileDrained(disks.all(), () -> apply(change));
        } finally {
            changeLock.unlock();
        }
    }

    private void apply(GraphChange change) throws IOException {
        Transaction transaction = new Transaction(this, nodes);
        boolean done = false;
        try {
            change.apply(transaction);
            transaction.commit();
            done = true;
        } finally {
            if (!done) {
                transaction.rollBack();
            }
        }
    }

    /** Does something to the graph while the disks are drained; requests that come later see a new generation. */
    private void whileDrained(List<DiskRoot> concerned, Step step) throws IOException {
        Drained drained = Disks.drain(concerned, Disks.nodes(concerned));
        try {
            step.run();
        } finally {
            state.generation().bump();
            drained.close();
        }
    }

    /** A part of a change. */
    interface Step {
        void run() throws IOException;
    }

    /** Does something to the graph under the change lock while all disks are drained. */
    void whileDrained(Step step) throws IOException {
        changeLock.lock();
        try {
            checkOpen();
            whileDrained(disks.all(), step);
        } finally {
            changeLock.unlock();
        }
    }

    /** Does something to the graph under the change lock that no request under way can notice. */
    void whileLocked(Step step) throws IOException {
        changeLock.lock();
        try {
            step.run();
        } finally {
            state.generation().bump();
            changeLock.unlock();
        }
    }

    @Override
    public Job stream(NodeName top, StreamOptions options) throws IOException {
        changeLock.lock();
        try {
            checkOpen();
            if (closing) {
                throw new BlockException(ErrorKind.CLOSED, "the graph is being closed");
            }
            String id = jobs.freshId(Job.Kind.STREAM);
            StreamedDisk disk = new StreamedDisk(this, nodes, disks, state, id, top, options);
            whileDrained(disks.all(), disk::hold);
            StreamJob job = new StreamJob(id, disk, options, jobs::ended);
            jobs.add(job);
            job.start();
            return job;
        } finally {
            changeLock.unlock();
        }
    }

    @Override
    public List<Job> jobs() {
        return jobs.all();
    }

    @Override
    public BlockBackend openBackend(NodeName root, Permissions permissions) throws IOException {
        return openBackend(root, permissions, false);
    }

    /**
     * A user's handle on a node.
     *
     * @param root the node
     * @param permissions what the user needs and what others may do meanwhile
     * @param wholeGraph whether the graph is closed with the handle
     * @return a handle; the user closes it
     * @throws IOException if the permissions conflict with other users'
     */
    public BlockBackend openBackend(NodeName root, Permissions permissions, boolean wholeGraph) throws IOException {
        changeLock.lock();
        try {
            checkOpen();
            NodeHandle node = nodes.find(root);
            Edge edge = Edge.ofUser("a user of node '" + root + "'", permissions);
            DiskRoot disk = new DiskRoot(edge, state);
            edge.retarget(node);
            boolean done = false;
            try {
                Negotiation.run(Set.of(node));
                disks.add(disk);
                done = true;
            } finally {
                if (!done) {
                    edge.retarget(null);
                }
                state.generation().bump();
            }
            return new Backend(this, disk, wholeGraph, settings.messages());
        } finally {
            changeLock.unlock();
        }
    }

    /**
     * The edge that a user's requests go down.
     *
     * @param backend of any graph of this runtime
     * @return good while the backend is open
     */
    public static BlockChild rootOf(BlockBackend backend) {
        return ((Backend) backend).edge();
    }

    /**
     * Lets a driver lay out an image.
     *
     * @param layout lays it out
     * @throws IOException as the layout threw it
     */
    public void layOut(Layout layout) throws IOException {
        changeLock.lock();
        try (Creators creators = new Creators()) {
            checkOpen();
            layout.on(creators);
            creators.flush();
        } finally {
            changeLock.unlock();
        }
    }

    /** Lays out an image. */
    @FunctionalInterface
    public interface Layout {
        /**
         * Lays out an image.
         *
         * @param creators gives edges to the nodes that hold it
         * @throws IOException to give it up
         */
        void on(Creators creators) throws IOException;
    }

    /** Edges to the nodes that an image is laid out on. Under the change lock. */
    public final class Creators implements AutoCloseable {
        private final List<Edge> edges = new ArrayList<>();

        private Creators() {
        }

        /**
         * An edge that may do everything.
         *
         * @param name a node of this graph
         * @return good until the layout is done
         * @throws IOException if the node cannot be used that way
         */
        public BlockChild edge(NodeName name) throws IOException {
            NodeHandle node = nodes.find(name);
            Edge edge = Edge.ofCreator("the creation of an image on node '" + name + "'");
            edges.add(edge);
            edge.retarget(node);
            Negotiation.run(Set.of(node));
            state.generation().bump();
            return edge;
        }

        private void flush() throws IOException {
            for (Edge edge : edges) {
                edge.flush();
            }
        }

        @Override
        public void close() {
            edges.forEach(edge -> edge.retarget(null));
            state.generation().bump();
        }
    }

    void closeBackend(DiskRoot backend) throws IOException {
        if (!backend.markClosed()) {
            return;
        }
        changeLock.lock();
        try {
            NodeHandle node = backend.edge().target();
            disks.remove(backend);
            if (node == null) {
                return;
            }
            try {
                // To get ready for a flush takes a look at every node below, which a thousand readers need not pay.
                if (!node.isClosed() && !node.isFlushed()) {
                    backend.edge().flush();
                }
            } finally {
                backend.edge().retarget(null);
                if (!node.isClosed()) {
                    Negotiation.run(Set.of(node));
                }
            }
        } finally {
            state.generation().bump();
            changeLock.unlock();
        }
    }

    @Override
    public Drained drain(Set<NodeName> names) {
        changeLock.lock();
        List<DiskRoot> concerned;
        List<NodeHandle> waitedFor;
        try {
            List<NodeHandle> found = new ArrayList<>();
            for (NodeName name : names) {
                found.add(nodes.find(name));
            }
            concerned = disks.above(found);
            waitedFor = Disks.nodes(concerned);
        } catch (BlockException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } finally {
            changeLock.unlock();
        }
        return Disks.drain(concerned, waitedFor);
    }

    @Override
    public List<NodeView> nodes() {
        changeLock.lock();
        try {
            return Reachable.parentsFirst(nodes.all()).stream().map(Graph::view).toList();
        } finally {
            changeLock.unlock();
        }
    }

    private static NodeView view(NodeHandle node) {
        List<EdgeView> edges = new ArrayList<>();
        for (Edge edge : node.children()) {
            NodeHandle child = edge.target();
            if (child != null) {
                edges.add(new EdgeView(edge.name(), edge.roles(), child.name(), edge.permissions()));
            }
        }
        return new NodeView(node.name(), node.driver().name(), node.driver().kind(), ImageNames.of(node), node.size(),
                node.settings().readOnly(), node.permissions(), edges);
    }

    @Override
    public GraphCounters counters() {
        return new GraphCounters(state.requests().sum(), state.inserted().visits(), state.layerVisits(),
                chainCounters());
    }

    private ChainFilterNode.Counters chainCounters() {
        ChainFilterNode.Counters sum = state.collapsing().counters();
        for (NodeHandle node : nodes.all()) {
            if (node.isOpen() && node.node() instanceof ChainFilterNode filter) {
                sum = sum.plus(filter.counters());
            }
        }
        return sum;
    }

    /**
     * Lets go of a driver that is about to disappear: the disks that use it are drained, its nodes and those above
     * them are flushed and closed, and later requests fail with an explanation.
     *
     * @param driver a driver that was installed
     * @throws IOException if a node could not be closed cleanly; all are closed all the same
     */
    public void removeDriver(BlockDriver driver) throws IOException {
        changeLock.lock();
        try {
            if (state.collapsing().uses(driver)) {
                whileDrained(disks.all(), () -> state.collapsing().forget(driver));
            }
            List<NodeHandle> own = nodes.all().stream().filter(node -> node.driver().equals(driver)).toList();
            if (own.isEmpty()) {
                return;
            }
            Set<NodeHandle> gone = Reachable.above(own);
            List<NodeHandle> order = new ArrayList<>(Reachable.parentsFirst(gone));
            order.retainAll(gone);
            String why = "driver '" + driver.name() + "' was removed while the node was open";
            whileDrained(disks.above(own), () -> Closing.close(nodes, order, why));
        } finally {
            changeLock.unlock();
        }
    }

    /** Whether nobody can use the graph any more. */
    boolean isClosed() {
        return closed;
    }

    private void checkOpen() throws BlockException {
        if (closed) {
            throw new BlockException(ErrorKind.CLOSED, "the graph is closed");
        }
    }

    @Override
    public void close() throws IOException {
        changeLock.lock();
        closing = true;
        changeLock.unlock();
        jobs.cancel();
        changeLock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            List<NodeHandle> order = Reachable.parentsFirst(nodes.all());
            whileDrained(disks.all(), () -> Closing.close(nodes, order, "the graph is closed"));
        } finally {
            onClose.accept(this);
            changeLock.unlock();
        }
    }
}
