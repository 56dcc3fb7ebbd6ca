// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NodeEvents;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.PermissionPolicy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a filter that is put above a chain by the runtime sees while it opens: its defaults, and the chain. */
final class CollapseContext implements OpenContext {
    private final BlockDriver driver;
    private final NodeHandle top;
    private final Edge edge;

    CollapseContext(BlockDriver driver, NodeHandle top, Edge edge) {
        this.driver = driver;
        this.top = top;
        this.edge = edge;
    }

    @Override
    public NodeName nodeName() {
        return top.name();
    }

    @Override
    public Options options() {
        try {
            return driver.options().withoutChildren().read(Map.of());
        } catch (BlockException e) {
            throw new IllegalStateException("driver '" + driver.name() + "' does not open without options", e);
        }
    }

    @Override
    public NodeSettings settings() {
        return top.settings();
    }

    @Override
    public NodeEvents events() {
        return top.graph().generation()::bumpMedium;
    }

    @Override
    public BlockChild attach(String name, Set<ChildRole> roles) {
        return edge;
    }

    @Override
    public BlockChild attach(String name, Set<ChildRole> roles, PermissionPolicy policy) {
        return edge;
    }

    @Override
    public BlockChild attachBacking(Optional<ImageReference> found) throws BlockException {
        throw BlockException.unsupported("a filter has no backing file");
    }
}
