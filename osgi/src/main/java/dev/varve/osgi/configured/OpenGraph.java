// SPDX-License-Identifier: Apache-2.0
package dev.varve.osgi.configured;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.NodeView;
import dev.varve.api.graph.ReferencePolicy;
import dev.varve.osgi.ConfiguredGraph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A configured graph that is open, with the services for it and its disks. */
final class OpenGraph {
    private final BlockLayer layer;
    private final @Nullable ReferencePolicy policy;
    private final BlockGraph graph;
    private final Map<NodeView, BlockBackend> disks = new LinkedHashMap<>();
    private final List<ServiceRegistration<?>> services = new ArrayList<>();

    private OpenGraph(BlockLayer layer, @Nullable ReferencePolicy policy, BlockGraph graph) {
        this.layer = layer;
        this.policy = policy;
        this.graph = graph;
    }

    /** Opens the graph and its disks, or leaves nothing open. */
    static OpenGraph open(GraphConfiguration configuration, List<NodeDefinition> definitions, BlockLayer layer,
            @Nullable ReferencePolicy policy) throws IOException {
        OpenGraph open = new OpenGraph(layer, policy, layer.newGraph(configuration.treatment().settings(policy)));
        boolean done = false;
        try {
            for (NodeDefinition definition : definitions) {
                open.graph.add(definition);
            }
            for (NodeView disk : disks(open.graph.nodes(), configuration.disks())) {
                open.disks.put(disk, open.graph.openBackend(disk.name(),
                        disk.readOnly() ? Permissions.READ : Permissions.READ_WRITE));
            }
            done = true;
        } finally {
            if (!done) {
                open.graph.close();
            }
        }
        return open;
    }

    private static List<NodeView> disks(List<NodeView> nodes, List<String> wanted) throws BlockException {
        if (wanted.isEmpty()) {
            Set<NodeName> used = nodes.stream().flatMap(node -> node.children().stream())
                    .map(edge -> edge.child()).collect(Collectors.toSet());
            return nodes.stream().filter(node -> !used.contains(node.name())).toList();
        }
        List<NodeView> found = new ArrayList<>();
        for (String name : wanted) {
            found.add(nodes.stream().filter(node -> node.name().toString().equals(name)).findFirst().orElseThrow(
                    () -> new BlockException(ErrorKind.NOT_FOUND, "key 'disks' names '" + name + "'; the nodes are "
                            + nodes.stream().map(node -> node.name().toString()).collect(Collectors.joining(", ")))));
        }
        return found;
    }

    List<String> disks() {
        return disks.keySet().stream().map(disk -> disk.name().toString()).toList();
    }

    /** Registers the services. */
    void publish(BundleContext context, Map<String, Object> properties) {
        services.add(context.registerService(BlockGraph.class, graph, new Hashtable<>(properties)));
        disks.forEach((disk, backend) -> {
            Hashtable<String, Object> own = new Hashtable<>(properties);
            own.put(ConfiguredGraph.DISK_PROPERTY, disk.name().toString());
            own.put(ConfiguredGraph.READ_ONLY_PROPERTY, disk.readOnly());
            services.add(context.registerService(BlockBackend.class, backend, own));
        });
    }

    /** Why it cannot be used any more; empty while it can. */
    Optional<String> lost(Optional<BlockLayer> layerNow, Optional<ReferencePolicy> policyNow) {
        if (!layerNow.equals(Optional.of(layer))) {
            return Optional.of("the block layer went");
        }
        if (!policyNow.equals(Optional.ofNullable(policy))) {
            return Optional.of("its reference policy went");
        }
        Set<NodeName> there = graph.nodes().stream().map(NodeView::name).collect(Collectors.toSet());
        for (Map.Entry<NodeView, BlockBackend> disk : disks.entrySet()) {
            if (!there.contains(disk.getKey().name())) {
                try {
                    disk.getValue().size();
                } catch (IOException e) {
                    return Optional.of(String.valueOf(e.getMessage()));
                }
            }
        }
        return Optional.empty();
    }

    /** Takes the services away, then drains and closes the disks and the graph. */
    void close() throws IOException {
        for (ServiceRegistration<?> service : services.reversed()) {
            try {
                service.unregister();
            } catch (IllegalStateException e) {
                // The framework takes the services of a bundle that stops.
                continue;
            }
        }
        services.clear();
        graph.close();
    }
}
