// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.OpenPurpose;
import dev.varve.api.graph.GraphWatcher;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.NodeEvents;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.NodeReport;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.PermissionPolicy;
import dev.varve.api.spi.SharedObject;
import dev.varve.runtime.config.ChildOption;
import dev.varve.runtime.config.DefinitionReader;
import dev.varve.runtime.config.EffectiveSettings;
import dev.varve.runtime.config.NodeOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a driver sees of the graph while it opens one node. */
final class NodeContext implements OpenContext {
    static final String FILE = "file";
    private static final String BACKING = "backing";
    private static final Set<ChildRole> BACKING_ROLES = Set.of(ChildRole.COW);
    private static final PermissionPolicy BACKING_POLICY = PermissionPolicy.forRoles(BACKING_ROLES);

    private final OpeningScope scope;
    private final Opening opening;
    private final NodeHandle node;
    private final NodeOptions options;
    private final EffectiveSettings settings;
    private final Trail trail;
    private final @Nullable NodeHandle probedFile;
    private final boolean protocol;

    NodeContext(OpeningScope scope, Opening opening, NodeHandle node, NodeOptions options,
            EffectiveSettings settings, Trail trail, @Nullable NodeHandle probedFile, boolean protocol) {
        this.scope = scope;
        this.opening = opening;
        this.node = node;
        this.options = options;
        this.settings = settings;
        this.trail = trail;
        this.probedFile = probedFile;
        this.protocol = protocol;
    }

    private Opening.Inheritance inheritance(Set<ChildRole> roles) {
        return new Opening.Inheritance(node.driver().kind(), protocol, settings, roles);
    }

    private record Events(NodeName node, Generation generation, GraphWatcher watcher) implements NodeEvents {
        @Override
        public void mediumChanged() {
            generation.bumpMedium();
        }

        @Override
        public void message(String line) {
            watcher.messages().accept(line);
        }

        @Override
        public void report(String event, Map<String, Object> data) {
            watcher.reports().accept(new NodeReport(node, event, data));
        }
    }

    @Override
    public NodeName nodeName() {
        return node.name();
    }

    @Override
    public Options options() {
        return options.options();
    }

    @Override
    public NodeSettings settings() {
        return node.settings();
    }

    @Override
    public OpenPurpose purpose() {
        return scope.settings().purpose();
    }

    @Override
    public byte[] secret(String id) throws BlockException {
        return scope.settings().secrets().find(id).orElseThrow(() -> BlockException.noSecret(id));
    }

    @Override
    public SharedObject object(String kind, String id) throws BlockException {
        for (SharedObject object : scope.settings().objects()) {
            if (object.kind().equals(kind) && object.id().equals(id)) {
                return object;
            }
        }
        throw BlockException.noObject(kind, id);
    }

    @Override
    public NodeEvents events() {
        return new Events(node.name(), scope.state().generation(), scope.settings().watcher());
    }

    @Override
    public BlockChild attach(String edge, Set<ChildRole> roles) throws IOException {
        return attach(edge, roles, PermissionPolicy.forRoles(roles));
    }

    @Override
    public BlockChild attach(String name, Set<ChildRole> roles, PermissionPolicy policy) throws IOException {
        return attach(name, roles, policy,
                probedFile != null && name.equals(FILE) ? probedFile : openChild(name, roles));
    }

    private BlockChild attach(String name, Set<ChildRole> roles, PermissionPolicy policy, NodeHandle child)
            throws IOException {
        Edge edge = Edge.of(node, name, roles, policy);
        node.children().add(edge);
        opening.attach(edge, child);
        if (edge.isPrimary()) {
            node.filename(child.filename());
        }
        return edge;
    }

    @Override
    public BlockChild attach(String name, Set<ChildRole> roles, Optional<ImageReference> found) throws IOException {
        PermissionPolicy policy = PermissionPolicy.forRoles(roles);
        if (found.isEmpty() || options.children().containsKey(name)) {
            return attach(name, roles, policy);
        }
        Opening.Inheritance inheritance = inheritance(roles);
        NodeDefinition definition = referenced(found.get(), "its " + name).definition();
        return attach(name, roles, policy, opening.child(new ChildOption.Nested(inheritance.expectsProtocol()
                ? DefinitionReader.storage(definition) : definition), inheritance, trail.fork()));
    }

    @Override
    public BlockChild attachNamed(String edge, Set<ChildRole> roles, PermissionPolicy policy, Optional<String> name)
            throws IOException {
        if (name.isEmpty()) {
            return attach(edge, roles, policy);
        }
        Opening.Inheritance inheritance = inheritance(roles);
        NodeDefinition definition = scope.reader().named(name.get(), options.children().get(edge),
                inheritance.expectsProtocol());
        return attach(edge, roles, policy, opening.child(new ChildOption.Nested(definition), inheritance,
                roles.contains(ChildRole.PRIMARY) ? trail : trail.fork()));
    }

    private NodeHandle openChild(String name, Set<ChildRole> roles) throws IOException {
        ChildOption source = options.children().get(name);
        if (source == null || source instanceof ChildOption.None) {
            throw BlockException.invalidOption("option '" + name + "' of driver '" + node.driver().name()
                    + "' is missing (" + OptionType.CHILD.describe() + ")");
        }
        return opening.child(source, inheritance(roles),
                roles.contains(ChildRole.PRIMARY) ? trail : trail.fork());
    }

    @Override
    public List<String> childNames(String option) {
        List<String> names = new ArrayList<>();
        while (options.children().containsKey(option + "." + names.size())) {
            names.add(option + "." + names.size());
        }
        return names;
    }

    @Override
    public BlockChild attachBacking(Optional<ImageReference> found) throws IOException {
        Set<ChildRole> roles = BACKING_ROLES;
        Edge edge = Edge.of(node, BACKING, roles, BACKING_POLICY);
        node.children().add(edge);
        ChildOption configured = options.children().get(BACKING);
        ChildOption source = new ChildOption.None();
        if (configured instanceof ChildOption.Nested nested && found.isPresent() && !namesImage(nested)) {
            source = joined(nested, referenced(found.get(), "its backing file"));
        } else if (configured != null) {
            source = configured;
        } else if (found.isPresent()) {
            source = referenced(found.get(), "its backing file");
        }
        if (!(source instanceof ChildOption.None)) {
            Optional<String> overridden = configured == null ? Optional.empty() : Optional.of(imageBacking(found));
            opening.later(edge, source, inheritance(roles), trail,
                    overridden);
        }
        return edge;
    }

    private String imageBacking(Optional<ImageReference> found) {
        try {
            return found.isEmpty() ? "" : DefinitionReader.resolve(found.get(), node.filename()).name();
        } catch (BlockException e) {
            // A name that leads nowhere is overridden by any.
            return found.get().name();
        }
    }

    /** Whether a definition says where the image is, and not only how it is to be opened. */
    private boolean namesImage(ChildOption.Nested child) {
        Map<String, Object> stated = child.definition().options();
        Object driver = stated.get("driver");
        boolean format = !(driver instanceof String name)
                || scope.drivers().find(name).filter(known -> known.kind() == NodeKind.FORMAT).isPresent();
        Object file = stated.get(FILE);
        return !format || stated.containsKey("filename") || file instanceof String
                || file instanceof Map<?, ?> storage && (storage.containsKey("filename")
                        || storage.containsKey("driver") && !storage.get("driver").equals(FILE));
    }

    /** What the image names, opened as the configuration says (QEMU's {@code bdrv_open_backing_file}). */
    private static ChildOption joined(ChildOption.Nested configured, ChildOption.Nested named) {
        Map<String, Object> options = new LinkedHashMap<>(named.definition().options());
        configured.definition().options().forEach((name, value) -> options.merge(name, value,
                (before, after) -> before instanceof Map<?, ?> old && after instanceof Map<?, ?> more
                        ? union(old, more) : after));
        return new ChildOption.Nested(new NodeDefinition(options));
    }

    private static Map<Object, Object> union(Map<?, ?> old, Map<?, ?> more) {
        Map<Object, Object> all = new LinkedHashMap<>(old);
        all.putAll(more);
        return all;
    }

    private ChildOption.Nested referenced(ImageReference found, String what) throws BlockException {
        ImageReference resolved = DefinitionReader.resolve(found, node.filename());
        if (!scope.settings().references().allows(node.name(), resolved)) {
            throw new BlockException(ErrorKind.PERMISSION, "the image names '" + found.name()
                    + "' as " + what + ", which the reference policy does not allow");
        }
        return new ChildOption.Nested(scope.reader().definition(resolved));
    }
}
