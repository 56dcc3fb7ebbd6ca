// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.NodeDefinition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nodes that refer to what is being opened with them. */
class OpeningTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Map<String, Object> RAM = Map.of("driver", "ram");

    private static NodeDefinition layer(String name, Object file, Object backing) {
        return new NodeDefinition(
                Map.of("driver", "layer", "node-name", name, "file", file, "backing", backing, "read-only", true));
    }

    private static void assertLoop(String node, NodeDefinition definition) throws IOException {
        try (GraphFixture fixture = new GraphFixture()) {
            BlockException refusal = assertTimeoutPreemptively(PATIENCE,
                    () -> assertThrows(BlockException.class, () -> fixture.graph.add(definition)));
            assertEquals(ErrorKind.INVALID_OPTION, refusal.kind());
            assertTrue(refusal.problem().contains("node '" + node + "' cannot be below itself"), refusal.problem());
            assertEquals(List.of(), fixture.graph.nodes());
        }
    }

    @Test
    void add_nodeThatIsItsOwnFile_isRefused() throws IOException {
        assertLoop("a", new NodeDefinition(Map.of("driver", "layer", "node-name", "a", "file", "a")));
    }

    @Test
    void add_nodeThatIsItsOwnBackingNode_isRefused() throws IOException {
        assertLoop("a", layer("a", RAM, "a"));
    }

    @Test
    void add_nodeWhoseFileLeadsToIt_isRefused() throws IOException {
        assertLoop("a", new NodeDefinition(Map.of("driver", "layer", "node-name", "a", "file",
                Map.of("driver", "layer", "node-name", "b", "file", "a"))));
    }

    @Test
    void add_nodeWhoseBackingNodeLeadsToIt_isRefused() throws IOException {
        assertLoop("a", layer("a", RAM, layer("b", RAM, "a").options()));
    }

    @Test
    void add_nodeWhoseBackingNodeIsStoredInIt_isRefused() throws IOException {
        assertLoop("b", layer("a", RAM, Map.of("driver", "layer", "node-name", "b", "file", "a")));
    }

    @Test
    void add_backingNodeOfBackingNodeIsMissing_leavesNothing() throws IOException {
        try (GraphFixture fixture = new GraphFixture()) {
            BlockException refusal = assertThrows(BlockException.class,
                    () -> fixture.graph.add(layer("a", RAM, layer("b", RAM, "c").options())));
            assertEquals(ErrorKind.NOT_FOUND, refusal.kind());
            assertTrue(refusal.problem().startsWith("there is no node 'c'"), refusal.problem());
            assertEquals(List.of(), fixture.graph.nodes());
        }
    }
}
