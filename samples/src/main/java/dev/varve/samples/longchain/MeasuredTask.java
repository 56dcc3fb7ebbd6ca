// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.api.block.NodeName;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a measuring process is to do, as its arguments say it.
 *
 * @param graphFile the JSON of the disk
 * @param plan the chain
 * @param collapse whether the chain is read through an index
 */
record MeasuredTask(Path graphFile, ChainPlan plan, boolean collapse) {
    static MeasuredTask of(String[] args) {
        return new MeasuredTask(Path.of(args[0]), new ChainPlan(Integer.parseInt(args[1]), Long.parseLong(args[2]),
                ChainShape.valueOf(args[3])), Boolean.parseBoolean(args[4]));
    }

    List<String> args() {
        return List.of(graphFile.toString(), Integer.toString(plan.layers()), Long.toString(plan.size()),
                plan.shape().name(), Boolean.toString(collapse));
    }

    BlockGraph newGraph(BlockLayer layer) {
        return layer.newGraph(collapse ? GraphSettings.DEFAULT : GraphSettings.DEFAULT.withoutChainCollapse());
    }

    /** Adds the disk; its node comes last in the graph file. */
    NodeName addDisk(BlockLayer layer, BlockGraph graph, boolean readOnly) throws IOException {
        NodeName root = null;
        for (NodeDefinition definition : layer.parseGraph(Files.readString(graphFile))) {
            root = graph.add(definition.with("read-only", readOnly));
        }
        if (root == null) {
            throw new IOException("the graph file defines no node");
        }
        return root;
    }
}
