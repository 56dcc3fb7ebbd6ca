// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.EdgeView;
import dev.varve.api.graph.GraphDefinition;
import dev.varve.api.graph.GraphFile;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.NodeView;
import dev.varve.api.spi.NodeKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An open disk with the graph that it is the root of. */
public final class Disk implements AutoCloseable {
    private final String name;
    private final BlockGraph graph;
    private final BlockBackend backend;
    private final DiskSource source;

    private Disk(DiskSource source, BlockGraph graph, BlockBackend backend) {
        this.name = source.name();
        this.source = source;
        this.graph = graph;
        this.backend = backend;
    }

    /**
     * Opens a disk.
     *
     * @param layer the block layer
     * @param source where the disk is
     * @param access what is needed of it
     * @return the disk; the caller closes it
     * @throws BlockException with a message that names the disk; nothing stays open then
     */
    public static Disk open(BlockLayer layer, DiskSource source, DiskAccess access) throws BlockException {
        try {
            if (!access.backing() && !(source instanceof DiskSource.InGraph)) {
                return openAlone(layer, source, access);
            }
            return openGraph(layer, source, access, false);
        } catch (IOException e) {
            throw opening(source, e);
        }
    }

    /**
     * The definition that a disk would be opened with.
     *
     * @param layer the block layer
     * @param source where the disk is; not in a graph file
     * @param access what is needed of it
     * @return the definition of its node, completed with what the access adds
     * @throws BlockException of kind INVALID_OPTION where names or options are wrong
     */
    public static NodeDefinition definition(BlockLayer layer, DiskSource source, DiskAccess access)
            throws BlockException {
        if (source instanceof DiskSource.InGraph) {
            throw BlockException.invalidOption("a disk of a graph file is opened as the file says");
        }
        return new Definitions(layer).of(source, access);
    }

    /**
     * The definition of a name with options beside it.
     *
     * @param layer the block layer
     * @param name a file name, a {@code json:} definition or a {@code protocol:} name
     * @param options what counts before that which the name says
     * @return the definition of the node
     * @throws BlockException of kind INVALID_OPTION where the name is wrong
     */
    public static NodeDefinition definition(BlockLayer layer, String name, NodeDefinition options)
            throws BlockException {
        return new Definitions(layer).of(name, options);
    }

    private static Disk openAlone(BlockLayer layer, DiskSource source, DiskAccess access) throws IOException {
        try {
            return openGraph(layer, source, access, true);
        } catch (BlockException e) {
            if (e.kind() != ErrorKind.INVALID_OPTION) {
                throw e;
            }
            // A format without backing files refuses the option, and needs none.
            return openGraph(layer, source, access, false);
        }
    }

    /**
     * Opens the uppermost layers of a disk, with nothing below them.
     *
     * @param layer the block layer
     * @param source where the disk is
     * @param access what is needed of its active layer; the others are read
     * @param more the layers below the active one that are opened too, from the top
     * @return the disk; the caller closes it
     * @throws BlockException with a message that names the disk; nothing stays open then
     */
    public static Disk openAbove(BlockLayer layer, DiskSource source, DiskAccess access, List<NodeView> more)
            throws BlockException {
        if (source instanceof DiskSource.InGraph) {
            throw BlockException.unsupported("the layers of a graph file's disk cannot be opened apart");
        }
        NodeDefinition definition = new Definitions(layer).ofLayers(source, access, more);
        return open(layer, new DiskSource.Defined(source.name(), definition, source.objects()), access);
    }

    /**
     * One of a disk's lower layers with what is below it, as the disk's own definition describes it.
     *
     * @param layer the block layer
     * @param source where the disk is
     * @param depth how many layers are above it, at least one
     * @param name what the layer above calls it
     * @param driver its format
     * @return where it is, with the disk's objects
     * @throws BlockException of kind INVALID_OPTION where names or options are wrong
     */
    public static DiskSource below(BlockLayer layer, DiskSource source, int depth, String name, String driver)
            throws BlockException {
        NodeDefinition whole = definition(layer, source, DiskAccess.READ);
        NodeDefinition definition = new Definitions(layer).layer(whole, depth, name, driver);
        return new DiskSource.Defined(name, definition, source.objects());
    }

    private static GraphSettings settings(BlockLayer layer, DiskSource source, DiskAccess access)
            throws BlockException {
        return UserObjects.of(layer, source.objects()).in(GraphSettings.DEFAULT)
                .withPurpose(access.purpose()).withMessages(line -> System.err.println(line));
    }

    private static BlockException opening(DiskSource source, IOException e) {
        ErrorKind kind = e instanceof BlockException known ? known.kind() : ErrorKind.IO;
        return new BlockException(kind, ErrorText.ofOpening(source.name(), e), e);
    }

    private static Disk openGraph(BlockLayer layer, DiskSource source, DiskAccess access, boolean alone)
            throws IOException {
        GraphSettings settings = settings(layer, source, access);
        if (source instanceof DiskSource.InGraph file) {
            return openInGraph(layer, file, settings, access);
        }
        BlockGraph graph = layer.newGraph(settings.withProbing());
        try {
            NodeDefinition definition = new Definitions(layer).of(source, access);
            DiskSource complete = new DiskSource.Defined(source.name(), definition, source.objects());
            NodeName root = graph.add(alone ? new Definitions(layer).withoutBacking(definition) : definition);
            return new Disk(complete, graph, graph.openBackend(root, access.permissions()));
        } catch (IOException | RuntimeException e) {
            closeQuietly(graph, e);
            throw e;
        }
    }

    private static Disk openInGraph(BlockLayer layer, DiskSource.InGraph source, GraphSettings settings,
            DiskAccess access) throws IOException {
        GraphDefinition file = layer.readGraph(GraphFile.read(Path.of(source.file())));
        BlockGraph graph = layer.newGraph(layer.withObjects(settings, file.objects()));
        try {
            NodeName root = addAll(graph, file, source);
            return new Disk(source, graph, graph.openBackend(root, access.permissions()));
        } catch (IOException | RuntimeException e) {
            closeQuietly(graph, e);
            throw e;
        }
    }

    private static NodeName addAll(BlockGraph graph, GraphDefinition file, DiskSource.InGraph source)
            throws IOException {
        NodeName last = null;
        for (NodeDefinition definition : file.nodes()) {
            last = graph.add(definition);
        }
        if (last == null) {
            throw BlockException.invalidOption("graph file '" + source.file() + "' defines no node");
        }
        if (source.node().isEmpty()) {
            return last;
        }
        for (NodeView node : graph.nodes()) {
            if (node.name().value().equals(source.node().get())) {
                return node.name();
            }
        }
        throw new BlockException(ErrorKind.NOT_FOUND, "graph file '" + source.file() + "' has no node '"
                + source.node().get() + "'");
    }

    private static void closeQuietly(BlockGraph graph, Exception reason) {
        try {
            graph.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /**
     * The disk as the user named it.
     *
     * @return for messages
     */
    public String name() {
        return name;
    }

    /**
     * The handle.
     *
     * @return open until {@link #close}
     */
    public BlockBackend backend() {
        return backend;
    }

    /**
     * The graph below.
     *
     * @return open until {@link #close}
     */
    public BlockGraph graph() {
        return graph;
    }

    /**
     * What opens the disk again as it is open now.
     *
     * @return with what the access added to the definition
     */
    public DiskSource source() {
        return source;
    }

    /**
     * The node that requests go to.
     *
     * @return as it is now
     */
    public NodeView root() {
        return view(backend.root());
    }

    /**
     * The node that storage facts come from: what is below raw images and filters, down to the first other node.
     *
     * @return as it is now
     */
    public NodeView storage() {
        NodeView node = root();
        while (node.kind() == NodeKind.FILTER || node.driver().equals("raw")) {
            NodeName below = childOf(node, ChildRole.PRIMARY);
            if (below == null) {
                break;
            }
            node = view(below);
        }
        return node;
    }

    private NodeView view(NodeName wanted) {
        for (NodeView node : graph.nodes()) {
            if (node.name().equals(wanted)) {
                return node;
            }
        }
        throw new IllegalStateException("no node '" + wanted + "'");
    }

    /**
     * The layers of the disk: its image and the backing files below, filters left out.
     *
     * @return the active layer first, never empty
     */
    public List<NodeView> layers() {
        Map<NodeName, NodeView> nodes = new HashMap<>();
        for (NodeView node : graph.nodes()) {
            nodes.put(node.name(), node);
        }
        List<NodeView> layers = new ArrayList<>();
        NodeView node = nodes.get(backend.root());
        while (node != null) {
            boolean filter = node.kind() == NodeKind.FILTER;
            if (!filter) {
                layers.add(node);
            }
            NodeName below = childOf(node, filter ? ChildRole.FILTERED : ChildRole.COW);
            node = below == null ? null : nodes.get(below);
        }
        return layers;
    }

    private static @Nullable NodeName childOf(NodeView node, ChildRole role) {
        for (EdgeView edge : node.children()) {
            if (edge.roles().contains(role)) {
                return edge.child();
            }
        }
        return null;
    }

    /**
     * The file that carries a layer's image.
     *
     * @param layer a layer of this disk
     * @return its name; empty where the image lies in no file, or in several
     */
    public Optional<String> storageOf(NodeView layer) {
        Map<NodeName, NodeView> nodes = new HashMap<>();
        for (NodeView node : graph.nodes()) {
            nodes.put(node.name(), node);
        }
        NodeView node = layer;
        while (node != null && node.kind() != NodeKind.PROTOCOL) {
            NodeName below = childOf(node, ChildRole.PRIMARY);
            node = below == null ? null : nodes.get(below);
        }
        // A name that only options make up, as a quorum's, is in no folder.
        return node == null || node.filename().isEmpty() || node.filename().startsWith("json:") ? Optional.empty()
                : Optional.of(node.filename());
    }

    /**
     * The format of the active layer.
     *
     * @return its driver's name
     */
    public String format() {
        return layers().get(0).driver();
    }

    /**
     * What layers tell of their images.
     *
     * @param layers layers of this disk
     * @return a snapshot each, in their order
     * @throws IOException if the storage cannot tell
     */
    public List<ImageInfo> infos(List<NodeView> layers) throws IOException {
        try (LayerHandles handles = LayerHandles.open(graph, layers, Permissions.NONE)) {
            List<ImageInfo> infos = new ArrayList<>();
            for (BlockBackend handle : handles.backends()) {
                infos.add(handle.info());
            }
            return infos;
        }
    }

    /**
     * The layers, each with a handle of its own that reads.
     *
     * @param layers layers of this disk
     * @return the handles in their order; the caller closes them
     * @throws IOException if a layer cannot be read
     */
    public LayerHandles handles(List<NodeView> layers) throws IOException {
        return LayerHandles.open(graph, layers, Permissions.READ_SHARED);
    }

    /**
     * The file names of all nodes.
     *
     * @return by node; empty for nodes without one
     */
    public Map<NodeName, String> filenames() {
        Map<NodeName, String> names = new HashMap<>();
        for (NodeView node : graph.nodes()) {
            names.put(node.name(), node.filename());
        }
        return names;
    }

    /**
     * Tells whether the disk lies in a file, or a part of it does.
     *
     * @param file any file; need not exist
     * @return true for a file that is open here
     */
    public boolean uses(Path file) {
        if (!Files.exists(file)) {
            return false;
        }
        for (NodeView node : graph.nodes()) {
            Optional<Path> used = node.kind() == NodeKind.PROTOCOL ? LocalFile.of(node.filename()) : Optional.empty();
            if (used.isPresent() && LocalFile.same(used.get(), file)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Changes the virtual size. Only while it does, others are told that it may change: as in qemu-io, a disk that is
     * open for writing is not for that reason one that is resized.
     *
     * @param size the new size in bytes
     * @param mode how a grown area is allocated
     * @throws IOException if that failed, or somebody relies on the size
     */
    public void truncate(long size, Preallocation mode) throws IOException {
        Permissions resizing = new Permissions(Set.of(Permission.RESIZE), Permissions.ALL);
        try (BlockBackend resizer = graph.openBackend(backend.root(), resizing)) {
            resizer.truncate(size, mode);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            backend.close();
        } finally {
            graph.close();
        }
    }
}
