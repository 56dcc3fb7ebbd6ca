// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/**
 * An image under test.
 *
 * @param layer the runtime
 * @param settings of its graphs, with the drivers that the definition needs
 * @param definition opens it
 * @param traits what its driver offers
 * @param content what it holds at first
 */
record Subject(BlockLayer layer, GraphSettings settings, NodeDefinition definition, Set<Trait> traits,
        byte[] content) {
    /** Skips the test where the driver does not offer what the rule is about. */
    void require(Trait... needed) {
        for (Trait trait : needed) {
            Assumptions.assumeTrue(traits.contains(trait), () -> "the driver has no trait " + trait);
        }
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    BlockDriver driver() {
        String name = String.valueOf(definition.options().get("driver"));
        List<BlockDriver> all = new ArrayList<>(settings.drivers());
        all.addAll(layer.drivers());
        return all.stream().filter(driver -> driver.name().equals(name)).findFirst().orElseThrow(
                () -> new AssertionError("no driver '" + name + "' is installed or among the graph's settings"));
    }

    /** Opens it as a user does who writes, if the driver can; discards reach the driver. */
    OpenDisk open() throws IOException {
        NodeDefinition unmapping = definition.options().containsKey("discard") ? definition
                : definition.with("discard", "unmap");
        return has(Trait.WRITES) ? open(unmapping, Permissions.READ_WRITE) : openReadOnly();
    }

    OpenDisk openReadOnly() throws IOException {
        return open(definition.with("read-only", Boolean.TRUE), Permissions.READ);
    }

    /** Opens it by another definition. */
    OpenDisk open(NodeDefinition by, Permissions permissions) throws IOException {
        WatchedDriver watched = new WatchedDriver(driver());
        List<BlockDriver> drivers = new ArrayList<>(settings.drivers());
        drivers.removeIf(driver -> driver.name().equals(watched.name()));
        drivers.add(watched);
        BlockGraph graph = layer.newGraph(new GraphSettings(settings.references(), settings.probing(), drivers,
                settings.chainCollapse(), settings.secrets(), settings.purpose(), settings.watcher(),
                settings.objects()));
        try {
            NodeName name = graph.add(by);
            BlockBackend backend = graph.openBackend(name, permissions);
            return new OpenDisk(graph, backend, watched.node(name));
        } catch (Throwable e) {
            graph.close();
            throw e;
        }
    }

    Subject with(NodeDefinition other) {
        return new Subject(layer, settings, other, traits, content);
    }
}
