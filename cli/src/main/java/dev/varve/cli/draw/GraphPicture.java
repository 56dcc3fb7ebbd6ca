// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.draw;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permission;
import dev.varve.api.graph.EdgeView;
import dev.varve.api.graph.NodeView;
import dev.varve.cli.text.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A graph that can be drawn.
 *
 * @param nodes its nodes
 * @param root the node on top
 * @param whole whether long chains are drawn whole; JSON and DOT always are
 */
public record GraphPicture(List<NodeView> nodes, NodeName root, boolean whole) {
    /** Copies the list. */
    public GraphPicture {
        nodes = List.copyOf(nodes);
    }

    /**
     * A tree for people: a line a node, chains straight down, other children indented.
     *
     * @return lines, each ended
     */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (GraphRow row : GraphRows.of(nodes, root, whole)) {
            text.append("  ".repeat(row.column()));
            if (row.node().isEmpty()) {
                text.append(": ").append(row.skipped()).append(" more layers\n");
                continue;
            }
            row.via().ifPresent(edge -> text.append(edge.name()).append(": "));
            NodeView node = row.node().get();
            text.append(node.name()).append(" (").append(node.driver()).append(", ").append(Words.facts(node))
                    .append(')').append(node.filename().isEmpty() ? "" : " " + node.filename());
            if (row.repeated()) {
                text.append(", drawn above");
            } else if (row.via().isPresent()) {
                text.append("  [").append(Words.rights(row.via().get())).append(']');
            }
            text.append('\n');
        }
        return text.toString();
    }

    /**
     * All nodes and edges for programs.
     *
     * @return JSON, ended by a line end
     */
    public String json() {
        List<Map<String, Object>> members = new ArrayList<>();
        for (NodeView node : nodes) {
            Map<String, Object> member = new LinkedHashMap<>();
            member.put("node-name", node.name().value());
            member.put("driver", node.driver());
            member.put("kind", node.kind().name().toLowerCase(Locale.ROOT));
            member.put("filename", node.filename());
            member.put("size", node.size());
            member.put("read-only", node.readOnly());
            member.put("children", node.children().stream().map(GraphPicture::json).toList());
            members.add(member);
        }
        Map<String, Object> graph = new LinkedHashMap<>();
        graph.put("root", root.value());
        graph.put("nodes", members);
        return JsonText.of(graph) + "\n";
    }

    private static Map<String, Object> json(EdgeView edge) {
        Map<String, Object> member = new LinkedHashMap<>();
        member.put("name", edge.name());
        member.put("child", edge.child().value());
        List<String> roles = new ArrayList<>();
        for (ChildRole role : ChildRole.values()) {
            if (edge.roles().contains(role)) {
                roles.add(role.name().toLowerCase(Locale.ROOT));
            }
        }
        member.put("roles", roles);
        List<String> used = new ArrayList<>();
        List<String> shared = new ArrayList<>();
        for (Permission permission : Permission.values()) {
            String name = permission.text().replace(' ', '-');
            if (edge.permissions().uses(permission)) {
                used.add(name);
            }
            if (edge.permissions().shares(permission)) {
                shared.add(name);
            }
        }
        member.put("uses", used);
        member.put("shares", shared);
        return member;
    }

    /**
     * A graph for Graphviz.
     *
     * @return DOT, ended by a line end
     */
    public String dot() {
        StringBuilder text = new StringBuilder("digraph varve {\n    node [shape=box];\n");
        for (NodeView node : nodes) {
            String label = node.name() + " (" + node.driver() + ")\n" + Words.facts(node)
                    + (node.filename().isEmpty() ? "" : "\n" + node.filename());
            text.append("    ").append(dot(node.name().value())).append(" [label=").append(dot(label))
                    .append(node.name().equals(root) ? ", penwidth=2" : "").append("];\n");
        }
        for (NodeView node : nodes) {
            for (EdgeView edge : node.children()) {
                text.append("    ").append(dot(node.name().value())).append(" -> ")
                        .append(dot(edge.child().value())).append(" [label=")
                        .append(dot(edge.name() + "\n" + Words.rights(edge).replace("; ", "\n"))).append("];\n");
            }
        }
        return text.append("}\n").toString();
    }

    private static String dot(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    /**
     * A drawing.
     *
     * @return SVG, ended by a line end
     */
    public String svg() {
        return SvgDrawing.of(GraphRows.of(nodes, root, whole));
    }
}
