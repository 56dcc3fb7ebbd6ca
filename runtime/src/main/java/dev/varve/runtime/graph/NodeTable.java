// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.spi.NearestWord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The open nodes of a graph by name, in the order they were opened. Guarded by the graph's change lock. */
final class NodeTable {
    private final Map<NodeName, NodeHandle> nodes = new LinkedHashMap<>();
    private long generated;

    NodeName freshName() {
        NodeName name;
        do {
            name = NodeName.generated(generated++);
        } while (nodes.containsKey(name));
        return name;
    }

    void add(NodeHandle node) throws BlockException {
        if (nodes.putIfAbsent(node.name(), node) != null) {
            throw BlockException.invalidOption("node-name '" + node.name() + "' is in use already");
        }
    }

    void remove(NodeHandle node) {
        nodes.remove(node.name(), node);
    }

    NodeHandle find(NodeName name) throws BlockException {
        NodeHandle node = nodes.get(name);
        if (node == null) {
            List<String> names = nodes.keySet().stream().map(NodeName::value).toList();
            String hint = NearestWord.of(name.value(), names).map(word -> "; did you mean '" + word + "'?").orElse("");
            throw new BlockException(ErrorKind.NOT_FOUND, "there is no node '" + name + "'" + hint);
        }
        return node;
    }

    List<NodeHandle> all() {
        return new ArrayList<>(nodes.values());
    }
}
