// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NodeKind;
import dev.varve.runtime.registry.DriverLookup;
import dev.varve.runtime.registry.DriverRegistry;
import dev.varve.runtime.testing.FakeDriver;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes a definition and everything in it apart as a graph does, and opens nothing. */
final class Walk {
    private static final Set<ChildRole> STORAGE = Set.of(ChildRole.DATA, ChildRole.METADATA, ChildRole.PRIMARY);

    private final DriverLookup drivers = new DriverRegistry().behind(FakeDriver.usual());

    void check(NodeDefinition definition) throws BlockException {
        check(definition, Optional.empty(), false);
    }

    private void check(NodeDefinition definition, Optional<EffectiveSettings> parent, boolean protocol)
            throws BlockException {
        Optional<String> name = DefinitionReader.driverName(definition, protocol);
        BlockDriver driver = drivers.require(name.orElse("raw"));
        NodeOptions options = GenericOptions.split(definition, driver);
        EffectiveSettings settings = parent.isPresent() ? parent.get().child(STORAGE, options.settings())
                : EffectiveSettings.root(options.settings());
        for (Map.Entry<String, ChildOption> child : options.children().entrySet()) {
            if (child.getValue() instanceof ChildOption.Nested nested) {
                check(nested.definition(), Optional.of(settings), driver.kind() == NodeKind.FORMAT);
            } else if (child.getValue() instanceof ChildOption.Named named) {
                throw BlockException.invalidOption("no node " + named.node());
            }
        }
    }
}
