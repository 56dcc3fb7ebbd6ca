// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.EdgeView;
import dev.varve.api.graph.NodeView;
import dev.varve.api.spi.NodeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GraphPictureTest {
    private static final NodeName TOP = new NodeName("layer0");

    private static EdgeView edge(String name, String child, ChildRole... roles) {
        return new EdgeView(name, Set.of(roles), new NodeName(child), Permissions.READ);
    }

    private static List<NodeView> chain(int layers) {
        List<NodeView> nodes = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            List<EdgeView> edges = new ArrayList<>(List.of(edge("file", "file" + i, ChildRole.PRIMARY,
                    ChildRole.DATA, ChildRole.METADATA)));
            if (i + 1 < layers) {
                edges.add(edge("backing", "layer" + (i + 1), ChildRole.COW));
            }
            nodes.add(new NodeView(new NodeName("layer" + i), "qcow2", NodeKind.FORMAT, "l" + i + ".qcow2", 1 << 20,
                    true, Permissions.READ, edges));
            nodes.add(new NodeView(new NodeName("file" + i), "file", NodeKind.PROTOCOL, "l" + i + ".qcow2", 196 << 10,
                    true, Permissions.READ, List.of()));
        }
        return nodes;
    }

    @Test
    void chain_runsDownAndFilesAreIndented() {
        assertEquals("""
                layer0 (qcow2, 1 MiB, read-only) l0.qcow2
                  file: file0 (file, 196 KiB, read-only) l0.qcow2  [data, metadata, primary; uses consistent read; \
                shares consistent read, write unchanged]
                backing: layer1 (qcow2, 1 MiB, read-only) l1.qcow2  [cow; uses consistent read; \
                shares consistent read, write unchanged]
                  file: file1 (file, 196 KiB, read-only) l1.qcow2  [data, metadata, primary; uses consistent read; \
                shares consistent read, write unchanged]
                """, new GraphPicture(chain(2), TOP, false).text());
    }

    @Test
    void middleOfALongChain_isCountedInsteadOfDrawn() {
        String text = new GraphPicture(chain(3000), TOP, false).text();
        assertEquals(13, text.lines().count(), text);
        assertTrue(text.contains(": 2994 more layers\n"), text);
        assertTrue(text.contains("layer2 ") && text.contains("layer2997 ") && !text.contains("layer3 "), text);
    }

    @Test
    void wholeChain_isDrawnWhole() {
        assertEquals(6000, new GraphPicture(chain(3000), TOP, true).text().lines().count());
    }

    @Test
    void sharedNode_isDrawnOnce() {
        List<NodeView> nodes = List.of(
                new NodeView(TOP, "quorum", NodeKind.FORMAT, "", 512, false, Permissions.READ,
                        List.of(edge("a", "store", ChildRole.DATA), edge("b", "store", ChildRole.DATA))),
                new NodeView(new NodeName("store"), "file", NodeKind.PROTOCOL, "s", 512, false, Permissions.READ,
                        List.of()));
        String text = new GraphPicture(nodes, TOP, false).text();
        assertTrue(text.contains("b: store (file, 512 B) s, drawn above\n"), text);
    }

    @Test
    void json_tellsNodesAndEdges() {
        String json = new GraphPicture(chain(2), TOP, false).json();
        assertTrue(json.contains("\"root\": \"layer0\"") && json.contains("\"child\": \"layer1\"")
                && json.contains("\"write-unchanged\""), json);
    }

    @Test
    void dot_quotesNames() {
        List<NodeView> nodes = List.of(new NodeView(TOP, "file", NodeKind.PROTOCOL, "a\"b\\c", 512, false,
                Permissions.READ, List.of()));
        String dot = new GraphPicture(nodes, TOP, false).dot();
        assertTrue(dot.contains("\\na\\\"b\\\\c\", penwidth=2]"), dot);
    }

    @Test
    void svg_hasABoxForEachRowAndEscapesNames() {
        List<NodeView> nodes = new ArrayList<>(chain(20));
        nodes.set(0, new NodeView(TOP, "qcow2", NodeKind.FORMAT, "<&>\"", 512, false, Permissions.READ,
                nodes.get(0).children()));
        String svg = new GraphPicture(nodes, TOP, false).svg();
        assertEquals(14, count(svg, "<rect "));
        assertEquals(12, count(svg, "<path "));
        assertTrue(svg.contains("512 B, &lt;&amp;&gt;\"</text>"), svg);
        assertEquals(count(svg, "<text "), count(svg, "</text>"));
    }

    private static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
            count++;
        }
        return count;
    }
}
