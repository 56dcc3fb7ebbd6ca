// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.NodeEvents;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.PermissionPolicy;
import dev.varve.runtime.config.ChildSource;
import dev.varve.runtime.config.ImageNames;
import dev.varve.runtime.config.NodeOptions;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a driver sees of the graph while it opens one node. */
final class NodeContext implements OpenContext {
    private static final String FILE = "file";
    private static final String BACKING = "backing";

    private final OpeningScope scope;
    private final Opening opening;
    private final NodeHandle node;
    private final NodeOptions options;
    private final Trail trail;
    private final @Nullable NodeHandle probedFile;

    NodeContext(OpeningScope scope, Opening opening, NodeHandle node, NodeOptions options, Trail trail,
            @Nullable NodeHandle probedFile) {
        this.scope = scope;
        this.opening = opening;
        this.node = node;
        this.options = options;
        this.trail = trail;
        this.probedFile = probedFile;
    }

    @Override
    public NodeName nodeName() {
        return node.name();
    }

    @Override
    public Options options() {
        return options.driverOptions();
    }

    @Override
    public NodeSettings settings() {
        return node.settings();
    }

    @Override
    public NodeEvents events() {
        return scope.state().generation()::bumpMedium;
    }

    @Override
    public BlockChild attach(String edge, Set<ChildRole> roles) throws IOException {
        return attach(edge, roles, PermissionPolicy.forRoles(roles));
    }

    @Override
    public BlockChild attach(String name, Set<ChildRole> roles, PermissionPolicy policy) throws IOException {
        NodeHandle child = probedFile != null && name.equals(FILE) ? probedFile : openChild(name, roles);
        Edge edge = Edge.of(node, name, roles, policy);
        node.children().add(edge);
        opening.attach(edge, child);
        if (edge.isPrimary()) {
            node.filename(child.filename());
        }
        return edge;
    }

    private NodeHandle openChild(String name, Set<ChildRole> roles) throws IOException {
        ChildSource source = options.child(name);
        if (source instanceof ChildSource.None) {
            throw BlockException.invalidOption("option '" + name + "' of driver '" + node.driver().name()
                    + "' is missing (node definition or node-name)");
        }
        boolean filtered = roles.contains(ChildRole.FILTERED);
        NodeSettings settings = filtered ? NodeOptions.forFiltered(node.settings())
                : NodeOptions.forStorage(node.settings());
        return opening.child(source, Optional.of(settings),
                roles.contains(ChildRole.PRIMARY) ? trail : trail.fork());
    }

    @Override
    public BlockChild attachBacking(Optional<ImageReference> found) throws IOException {
        Set<ChildRole> roles = Set.of(ChildRole.COW);
        Edge edge = Edge.of(node, BACKING, roles, PermissionPolicy.forRoles(roles));
        node.children().add(edge);
        if (options.hasChild(BACKING)) {
            ChildSource source = options.child(BACKING);
            if (!(source instanceof ChildSource.None)) {
                opening.later(edge, source, NodeOptions.forBacking(node.settings()), trail);
            }
        } else if (found.isPresent()) {
            opening.later(edge, referenced(found.get()), NodeOptions.forBacking(node.settings()), trail);
        }
        return edge;
    }

    private ChildSource referenced(ImageReference found) throws BlockException {
        NodeDefinition definition = ImageNames.resolve(found, node.filename());
        if (!scope.settings().references().allows(node.name(), ImageNames.resolved(found, node.filename()))) {
            throw new BlockException(ErrorKind.PERMISSION, "the image names '" + found.name()
                    + "' as its backing file, which the reference policy does not allow");
        }
        return new ChildSource.Definition(definition);
    }
}
