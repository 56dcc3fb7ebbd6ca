// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.block.NodeName;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.CreateContext;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A driver whose open nodes the rules can call directly, as the runtime does. */
final class WatchedDriver implements BlockDriver {
    private final BlockDriver driver;
    private final Map<NodeName, BlockNode> nodes = new ConcurrentHashMap<>();

    WatchedDriver(BlockDriver driver) {
        this.driver = driver;
    }

    BlockNode node(NodeName name) {
        BlockNode node = nodes.get(name);
        if (node == null) {
            throw new AssertionError("driver '" + name() + "' has not opened node '" + name + "'");
        }
        return node;
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        BlockNode node = driver.open(context);
        nodes.put(context.nodeName(), node);
        return node;
    }

    @Override
    public String name() {
        return driver.name();
    }

    @Override
    public NodeKind kind() {
        return driver.kind();
    }

    @Override
    public OptionSchema options() {
        return driver.options();
    }

    @Override
    public OptionSchema createOptions() {
        return driver.createOptions();
    }

    @Override
    public ProbeScore probe(ProbeHead head) {
        return driver.probe(head);
    }

    @Override
    public void create(CreateContext context) throws IOException {
        driver.create(context);
    }
}
