// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.ProbeHead;
import dev.varve.runtime.config.ChildOption;
import dev.varve.runtime.config.DefinitionReader;
import dev.varve.runtime.config.EffectiveSettings;
import dev.varve.runtime.config.GenericOptions;
import dev.varve.runtime.config.GenericSettings;
import dev.varve.runtime.config.NodeOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
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
    private static final Set<ChildRole> STORAGE = Set.of(ChildRole.DATA, ChildRole.METADATA, ChildRole.PRIMARY);

    private final OpeningScope scope;
    private final Set<NodeHandle> opened = new LinkedHashSet<>();
    private final ArrayDeque<PendingBacking> pending = new ArrayDeque<>();
    private final FileIdentity files = new FileIdentity();
    private int nesting;

    /**
     * What a child inherits from.
     *
     * @param parent what the node that is being opened is
     * @param settings of the parent
     * @param roles what the child is for it
     */
    record Inheritance(NodeKind parent, EffectiveSettings settings, Set<ChildRole> roles) {
        boolean expectsProtocol() {
            return EffectiveSettings.expectsProtocol(parent, parent == NodeKind.PROTOCOL, roles);
        }
    }

    /** A backing edge whose node is still to be opened. */
    private record PendingBacking(Edge edge, ChildOption source, Inheritance inheritance, Trail trail,
            Optional<String> overridden) {}

    private Opening(OpeningScope scope) {
        this.scope = scope;
    }

    static NodeHandle open(OpeningScope scope, NodeDefinition definition) throws IOException {
        Opening opening = new Opening(scope);
        boolean done = false;
        try {
            NodeHandle top = opening.openNode(definition, null, new Trail());
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
        parentsFirst.retainAll(opened);
        try {
            Closing.close(scope.nodes(), parentsFirst, "the node could not be opened");
        } catch (IOException e) {
            // What made the opening fail is being thrown; the nodes are closed all the same.
        }
    }

    private void openBackings() throws IOException {
        while (!pending.isEmpty()) {
            PendingBacking next = pending.poll();
            try {
                NodeHandle backing = child(next.source, next.inheritance, next.trail);
                attach(next.edge, backing);
                NodeHandle overlay = next.edge.parentNode();
                if (overlay != null && next.overridden.isPresent()
                        && !next.overridden.get().equals(ImageNames.of(backing))) {
                    overlay.overridingBacking(backing);
                }
            } catch (BlockException e) {
                throw ofBacking(next.edge, e);
            }
        }
    }

    /** In a long chain it matters which image names what cannot be opened. */
    private static BlockException ofBacking(Edge edge, BlockException e) {
        NodeHandle overlay = edge.parentNode();
        if (overlay == null || overlay.filename().isEmpty()) {
            return e;
        }
        BlockException named = new BlockException(e.kind(),
                e.problem() + " (backing file of '" + overlay.filename() + "')", e);
        return e.operation().isPresent() && e.node().isPresent()
                ? BlockException.locate(named, e.operation().get(), e.node().get(), e.offset().orElse(-1)) : named;
    }

    /** Attaches a node to an edge of a node that is being opened, and negotiates. */
    void attach(Edge edge, NodeHandle child) throws IOException {
        NodeHandle parent = edge.parentNode();
        if (parent == null) {
            throw new IllegalStateException("not an edge of a node");
        }
        // What was open before leads to nothing that is being opened.
        if (opened.contains(child) && Reachable.below(List.of(child)).contains(parent)) {
            throw BlockException.invalidOption(loop(child));
        }
        edge.retarget(child);
        boolean done = false;
        try {
            Negotiation.run(List.of(parent, child));
            scope.state().generation().bump();
            done = true;
        } finally {
            if (!done) {
                edge.retarget(null);
            }
        }
    }

    /**
     * Opens a backing file when the overlay's driver has returned.
     *
     * @param overridden the name in the image that counts no more, or empty text for none; empty where the image's
     *        own backing file is opened
     */
    void later(Edge edge, ChildOption source, Inheritance inheritance, Trail trail, Optional<String> overridden) {
        pending.add(new PendingBacking(edge, source, inheritance, trail, overridden));
    }

    /** The node that a definition says a child is. */
    NodeHandle child(ChildOption source, Inheritance inheritance, Trail trail) throws IOException {
        // No switch: the first over types costs a short command several milliseconds.
        if (source instanceof ChildOption.Named named) {
            return named(named);
        }
        if (source instanceof ChildOption.Nested nested) {
            return openNode(nested.definition(), inheritance, trail);
        }
        throw BlockException.invalidOption("the child is null");
    }

    private NodeHandle named(ChildOption.Named source) throws BlockException {
        NodeHandle node = scope.nodes().find(source.node());
        if (!node.isOpen()) {
            throw BlockException.invalidOption(loop(node));
        }
        return node;
    }

    private static String loop(NodeHandle child) {
        return "node '" + child.name() + "' cannot be below itself";
    }

    private NodeHandle openNode(NodeDefinition definition, @Nullable Inheritance inheritance, Trail trail)
            throws IOException {
        if (++nesting > MAX_NESTING) {
            throw BlockException.invalidOption("children are nested more than " + MAX_NESTING + " deep");
        }
        try {
            boolean protocol = inheritance != null && inheritance.expectsProtocol();
            Optional<String> driver = DefinitionReader.driverName(definition, protocol);
            return driver.isPresent()
                    ? openWith(scope.drivers().require(driver.get()), definition, inheritance, trail, null)
                    : openProbed(definition, inheritance, trail);
        } finally {
            nesting--;
        }
    }

    private static EffectiveSettings effective(GenericSettings own, @Nullable Inheritance inheritance)
            throws BlockException {
        return inheritance == null ? EffectiveSettings.root(own)
                : inheritance.settings().child(inheritance.roles(), own);
    }

    private NodeHandle openProbed(NodeDefinition definition, @Nullable Inheritance inheritance, Trail trail)
            throws IOException {
        EffectiveSettings settings = effective(GenericOptions.settings(definition), inheritance);
        NodeHandle file = child(GenericOptions.child(definition, NodeContext.FILE),
                new Inheritance(NodeKind.FORMAT, settings, STORAGE), trail);
        if (!scope.settings().probing()) {
            throw BlockException.invalidOption("the format of '" + file.filename()
                    + "' is not stated (option 'driver') and probing is off");
        }
        BlockDriver driver = probe(file);
        if (driver.name().equals("raw") && !settings.node().readOnly()) {
            throw BlockException.invalidOption("'" + file.filename() + "' looks like raw, and a raw image is not "
                    + "opened for writing on the strength of a probe: state its format, for example driver=raw");
        }
        return openWith(driver, definition, inheritance, trail, file);
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

    private NodeHandle openWith(BlockDriver driver, NodeDefinition definition, @Nullable Inheritance inheritance,
            Trail trail, @Nullable NodeHandle file) throws IOException {
        NodeOptions options = GenericOptions.split(definition, driver);
        EffectiveSettings settings = effective(options.settings(), inheritance);
        try {
            return openAs(driver, options, settings, trail, file);
        } catch (BlockException e) {
            boolean refused = e.kind() == ErrorKind.PERMISSION || e.kind() == ErrorKind.READ_ONLY;
            if (!refused || settings.node().readOnly() || !settings.autoReadOnly()) {
                throw e;
            }
            return openAs(driver, options, readOnly(settings), trail, file);
        }
    }

    private static EffectiveSettings readOnly(EffectiveSettings settings) {
        return new EffectiveSettings(settings.node().withReadOnly(true), true);
    }

    private NodeHandle openAs(BlockDriver driver, NodeOptions options, EffectiveSettings settings, Trail trail,
            @Nullable NodeHandle file) throws IOException {
        NodeHandle node = new NodeHandle(options.name().orElseGet(scope.nodes()::freshName), driver,
                settings.node(), scope.state());
        node.options(options);
        scope.nodes().add(node);
        opened.add(node);
        if (driver.kind() == NodeKind.PROTOCOL) {
            enterFile(node, options, trail);
        }
        boolean done = false;
        try {
            node.opened(driver.open(new NodeContext(scope, this, node, options, settings, trail, file)));
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

    private void enterFile(NodeHandle node, NodeOptions options, Trail trail) throws BlockException {
        if (options.options().values().get("filename") instanceof String filename) {
            node.filename(filename);
            trail.enter(node.driver().name() + ":" + files.of(filename), filename);
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
