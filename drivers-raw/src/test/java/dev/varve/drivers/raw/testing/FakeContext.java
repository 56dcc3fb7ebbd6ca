// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.testing;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeEvents;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.PermissionPolicy;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An {@link OpenContext} of given options, settings and children. */
public final class FakeContext implements OpenContext {
    private final Options options;
    private final NodeSettings settings;
    private final Map<String, BlockNode> children = new HashMap<>();

    /** Options of a driver, read as the runtime would. */
    public FakeContext(BlockDriver driver, Map<String, ?> raw, NodeSettings settings) throws IOException {
        this.options = driver.options().read(raw);
        this.settings = settings;
    }

    /** Options of a driver, default settings. */
    public FakeContext(BlockDriver driver, Map<String, ?> raw) throws IOException {
        this(driver, raw, NodeSettings.DEFAULT);
    }

    /** Adds a child. */
    public FakeContext with(String edge, BlockNode node) {
        children.put(edge, node);
        return this;
    }

    @Override
    public NodeName nodeName() {
        return new NodeName("node0");
    }

    @Override
    public Options options() {
        return options;
    }

    @Override
    public NodeSettings settings() {
        return settings;
    }

    @Override
    public NodeEvents events() {
        return () -> { };
    }

    @Override
    public BlockChild attach(String edge, Set<ChildRole> roles) {
        return new FakeChild(edge, roles, children.get(edge));
    }

    @Override
    public BlockChild attach(String edge, Set<ChildRole> roles, PermissionPolicy policy) {
        return attach(edge, roles);
    }

    @Override
    public BlockChild attachBacking(Optional<ImageReference> found) {
        throw new UnsupportedOperationException("no backing file here");
    }
}
