// SPDX-License-Identifier: Apache-2.0
package dev.varve.shell;

import dev.varve.api.block.NodeName;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.EdgeView;
import dev.varve.api.graph.GraphCounters;
import dev.varve.api.graph.NodeView;
import dev.varve.osgi.ConfiguredGraph;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The commands. Each returns its text; Gogo calls the methods by name and prints what they return. */
public final class Commands {
    private final BundleContext context;

    Commands(BundleContext context) {
        this.context = context;
    }

    /**
     * Lists the configured graphs.
     *
     * @return a line for each: name, state, report
     */
    public String graph() {
        StringBuilder text = new StringBuilder();
        each(ConfiguredGraph.class, "*", (name, graph) -> text.append(String.format(Locale.ROOT, "%-16s %-8s %s%n",
                graph.name(), graph.state().name().toLowerCase(Locale.ROOT), graph.report())));
        return text.isEmpty() ? "no graph is configured" : text.toString().stripTrailing();
    }

    /**
     * Shows one graph as a tree.
     *
     * @param name the graph's name
     * @return its state, and its nodes, each below the node that uses it
     */
    public String graph(String name) {
        StringBuilder text = new StringBuilder();
        each(ConfiguredGraph.class, name, (key, graph) -> text.append(graph.name()).append(": ")
                .append(graph.report()).append('\n'));
        each(BlockGraph.class, name, (key, graph) -> tree(graph.nodes(), text));
        return text.isEmpty() ? "no graph is named '" + name + "'" : text.toString().stripTrailing();
    }

    private record Place(NodeName node, String edge, int depth) {}

    private static void tree(List<NodeView> nodes, StringBuilder text) {
        Map<NodeName, NodeView> byName = new HashMap<>();
        Set<NodeName> used = new HashSet<>();
        for (NodeView node : nodes) {
            byName.put(node.name(), node);
            node.children().forEach(edge -> used.add(edge.child()));
        }
        Deque<Place> rest = new ArrayDeque<>();
        nodes.stream().filter(node -> !used.contains(node.name())).forEach(node -> rest.add(
                new Place(node.name(), "", 0)));
        Set<NodeName> shown = new HashSet<>();
        while (!rest.isEmpty()) {
            Place place = rest.pop();
            NodeView node = byName.get(place.node());
            if (node == null) {
                continue;
            }
            boolean again = !shown.add(node.name());
            text.append("  ".repeat(place.depth() + 1)).append(place.edge().isEmpty() ? "" : place.edge() + " -> ")
                    .append(node.name()).append(" (").append(node.driver()).append(again ? ", see above)" : ")")
                    .append('\n');
            if (!again) {
                for (EdgeView edge : node.children().reversed()) {
                    rest.push(new Place(edge.child(), edge.name(), place.depth() + 1));
                }
            }
        }
    }

    /**
     * Lists the nodes of all graphs.
     *
     * @return a table
     */
    public String nodes() {
        return nodes("*");
    }

    /**
     * Lists the nodes of one graph.
     *
     * @param name the graph's name
     * @return a table
     */
    public String nodes(String name) {
        StringBuilder text = new StringBuilder();
        row(text, "GRAPH", "NODE", "DRIVER", "SIZE", "MODE", "FILE");
        each(BlockGraph.class, name, (key, graph) -> {
            for (NodeView node : graph.nodes()) {
                row(text, key, node.name().toString(), node.driver(), Long.toString(node.size()),
                        node.readOnly() ? "ro" : "rw", node.filename());
            }
        });
        return text.toString().stripTrailing();
    }

    private static void row(StringBuilder text, Object... columns) {
        text.append(String.format(Locale.ROOT, "%-16s %-16s %-14s %14s %-4s %s%n", columns));
    }

    /**
     * Shows what the requests of all graphs have cost.
     *
     * @return a table
     */
    public String stats() {
        return stats("*");
    }

    /**
     * Shows what the requests of one graph have cost since it was opened.
     *
     * @param name the graph's name
     * @return a table
     */
    public String stats(String name) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-16s %12s %14s %12s %11s%n", "GRAPH",
                "REQUESTS", "INSERTED-ASKED", "LAYERS-ASKED", "GENERATION"));
        each(BlockGraph.class, name, (key, graph) -> {
            GraphCounters counters = graph.counters();
            text.append(String.format(Locale.ROOT, "%-16s %12d %14d %12d %11d%n", key, counters.requests(),
                    counters.insertedVisits(), counters.layerVisits(), graph.generation()));
        });
        return text.toString().stripTrailing();
    }

    /** The services of a type whose graph has the name, or of all, by name. */
    private <T> void each(Class<T> type, String name, BiConsumer<String, T> action) {
        Map<ServiceReference<T>, String> found;
        try {
            Collection<ServiceReference<T>> references =
                    context.getServiceReferences(type, "(" + ConfiguredGraph.NAME_PROPERTY + "=*)");
            found = references.stream().collect(Collectors.toMap(reference -> reference,
                    reference -> String.valueOf(reference.getProperty(ConfiguredGraph.NAME_PROPERTY))));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        found.entrySet().stream().filter(entry -> name.equals("*") || name.equals(entry.getValue()))
                .sorted(Map.Entry.comparingByValue(Comparator.naturalOrder())).forEach(entry -> {
                    T service = context.getService(entry.getKey());
                    if (service != null) {
                        try {
                            action.accept(entry.getValue(), service);
                        } finally {
                            context.ungetService(entry.getKey());
                        }
                    }
                });
    }
}
