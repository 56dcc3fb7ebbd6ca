// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.ProbeHead;
import dev.varve.runtime.config.ChildSource;
import dev.varve.runtime.config.NodeOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens a node with everything below it. A child that a driver needs in order to open is opened inside the driver's
 * call; a backing file is put on a list and opened when the driver has returned, so that the depth of a chain costs
 * no stack. Either all of it is opened or none. Under the graph's change lock; confined to one call.
 */
final class Opening {
    /** How deep children other than backing files may nest. */
    private static final int MAX_NESTING = 64;

    private final OpeningScope scope;
    private final List<NodeHandle> opened = new ArrayList<>();
    private final ArrayDeque<PendingBacking> pending = new ArrayDeque<>();
    private int nesting;

    /** A backing edge whose node is still to be opened. */
    private record PendingBacking(Edge edge, ChildSource source, NodeSettings settings, Trail trail) {}

    private Opening(OpeningScope scope) {
        this.scope = scope;
    }

    static NodeHandle open(OpeningScope scope, NodeDefinition definition) throws IOException {
        Opening opening = new Opening(scope);
        boolean done = false;
        try {
            NodeHandle top = opening.openNode(definition, Optional.empty(), new Trail());
            opening.openBackings();
            done = true;
            return top;
        } finally {
            if (!done) {
                opening.rollBack();
            }
        }
    }

    private void rollBack() {
        List<NodeHandle> parentsFirst = Reachable.parentsFirst(opened);
        parentsFirst.retainAll(Set.copyOf(opened));
        try {
            Closing.close(scope.nodes(), parentsFirst, "the node could not be opened");
        } catch (IOException e) {
            // What made the opening fail is being thrown; the nodes are closed all the same.
        }
    }

    private void openBackings() throws IOException {
        while (!pending.isEmpty()) {
            PendingBacking next = pending.poll();
            NodeHandle backing = child(next.source, Optional.of(next.settings), next.trail);
            attach(next.edge, backing);
        }
    }

    /** Attaches a node to an edge of a node that is being opened, and negotiates. */
    void attach(Edge edge, NodeHandle child) throws IOException {
        NodeHandle parent = edge.parentNode();
        if (parent == null) {
            throw new IllegalStateException("not an edge of a node");
        }
        edge.retarget(child);
        boolean done = false;
        try {
            Negotiation.run(Set.of(parent));
            scope.state().generation().bump();
            done = true;
        } finally {
            if (!done) {
                edge.retarget(null);
            }
        }
    }

    void later(Edge edge, ChildSource source, NodeSettings settings, Trail trail) {
        pending.add(new PendingBacking(edge, source, settings, trail));
    }

    /** The node a child source names or defines. */
    NodeHandle child(ChildSource source, Optional<NodeSettings> inherited, Trail trail) throws IOException {
        return switch (source) {
            case ChildSource.Reference reference -> scope.nodes().find(reference.node());
            case ChildSource.Definition nested -> openNode(nested.definition(), inherited, trail);
            case ChildSource.None none -> throw new IllegalStateException("no child to open");
        };
    }

    private NodeHandle openNode(NodeDefinition definition, Optional<NodeSettings> inherited, Trail trail)
            throws IOException {
        if (++nesting > MAX_NESTING) {
            throw BlockException.invalidOption("children are nested more than " + MAX_NESTING + " deep");
        }
        try {
            return definition.options().containsKey(NodeOptions.DRIVER)
                    ? openWith(driverOf(definition), definition, inherited, trail, null)
                    : openProbed(definition, inherited, trail);
        } finally {
            nesting--;
        }
    }

    private BlockDriver driverOf(NodeDefinition definition) throws BlockException {
        if (definition.options().get(NodeOptions.DRIVER) instanceof String name) {
            return scope.drivers().require(name);
        }
        throw BlockException.invalidOption("option 'driver' must be a string, not "
                + definition.options().get(NodeOptions.DRIVER));
    }

    private NodeHandle openProbed(NodeDefinition definition, Optional<NodeSettings> inherited, Trail trail)
            throws IOException {
        NodeSettings settings = NodeOptions.settings(definition, inherited);
        NodeHandle file = child(ChildSource.in(definition, "file"),
                Optional.of(NodeOptions.forStorage(settings)), trail);
        if (!scope.settings().probing()) {
            throw BlockException.invalidOption("the format of '" + file.filename()
                    + "' is not stated (option 'driver') and probing is off");
        }
        BlockDriver driver = probe(file);
        if (driver.name().equals("raw") && !settings.readOnly()) {
            throw BlockException.invalidOption("'" + file.filename() + "' looks like raw, and a raw image is not "
                    + "opened for writing on the strength of a probe: state its format, for example driver=raw");
        }
        return openWith(driver, definition, inherited, trail, file);
    }

    private BlockDriver probe(NodeHandle file) throws IOException {
        Edge edge = Edge.ofUser("the probe of '" + file.filename() + "'", Permissions.NONE);
        edge.retarget(file);
        try {
            ByteBuffer head = ByteBuffer.allocate((int) Math.min(ProbeHead.MAX_BYTES, edge.size()));
            edge.read(0, head, RequestFlags.NONE);
            return scope.drivers().probe(new ProbeHead(head.flip(), file.filename())).orElseThrow(
                    () -> BlockException.unsupported("no driver knows the format of '" + file.filename() + "'"));
        } finally {
            edge.retarget(null);
        }
    }

    private NodeHandle openWith(BlockDriver driver, NodeDefinition definition, Optional<NodeSettings> inherited,
            Trail trail, @Nullable NodeHandle file) throws IOException {
        NodeOptions options = NodeOptions.split(definition, driver);
        NodeSettings settings = NodeOptions.settings(definition, inherited);
        try {
            return openAs(driver, options, settings, trail, file);
        } catch (BlockException e) {
            boolean refused = e.kind() == ErrorKind.PERMISSION || e.kind() == ErrorKind.READ_ONLY;
            if (!refused || settings.readOnly() || !options.autoReadOnly()) {
                throw e;
            }
            return openAs(driver, options, NodeOptions.readOnly(settings), trail, file);
        }
    }

    private NodeHandle openAs(BlockDriver driver, NodeOptions options, NodeSettings settings, Trail trail,
            @Nullable NodeHandle file) throws IOException {
        NodeHandle node = new NodeHandle(options.nodeName().orElseGet(scope.nodes()::freshName), driver, settings,
                scope.state());
        scope.nodes().add(node);
        opened.add(node);
        if (driver.kind() == NodeKind.PROTOCOL) {
            enterFile(node, options, trail);
        }
        boolean done = false;
        try {
            node.opened(driver.open(new NodeContext(scope, this, node, options, trail, file)));
            done = true;
        } catch (IOException e) {
            throw node.located(e, Operation.OPEN, -1);
        } finally {
            if (!done) {
                forget(node);
            }
        }
        return node;
    }

    private static void enterFile(NodeHandle node, NodeOptions options, Trail trail) throws BlockException {
        Optional<String> filename = options.filename();
        if (filename.isPresent()) {
            node.filename(filename.get());
            trail.enter(node.driver().name() + ":" + FileIdentity.of(filename.get()), filename.get());
        }
    }

    /** Lets go of a node whose driver failed; its children stay for the rollback. */
    private void forget(NodeHandle node) {
        for (Edge edge : node.children()) {
            edge.retarget(null);
        }
        scope.nodes().remove(node);
        opened.remove(node);
    }
}
