// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageReference;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.ReferencePolicy;
import dev.varve.drivers.qcow2.Qcow2Driver;
import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.runtime.Varve;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loops, missing layers and wrong definitions are refused with the name of what is wrong; nothing stays open. */
class BadChainTest {
    private static final Duration TIME = Duration.ofSeconds(10);

    static List<BadChain> chains() {
        return BadChain.all();
    }

    @ParameterizedTest
    @MethodSource("chains")
    void open_badChain_isRefusedAndNothingStaysOpen(BadChain chain) {
        GraphSettings settings = settings(chain.files());

        BlockException refusal = assertTimeoutPreemptively(TIME, () -> {
            try (Varve varve = new Varve(); BlockGraph graph = varve.newGraph(settings)) {
                BlockException thrown = assertThrows(BlockException.class,
                        () -> addAll(graph, varve.parseGraph(chain.definition())));
                assertEquals(List.of(), graph.nodes().stream().filter(node -> node.driver().equals("qcow2")).toList());
                return thrown;
            }
        });

        assertTrue(chain.message().matcher(refusal.getMessage()).find(), refusal::getMessage);
    }

    @Test
    void open_backingFileThatThePolicyForbids_isRefusedByName() throws IOException {
        List<ImageReference> asked = new ArrayList<>();
        ReferencePolicy policy = (image, reference) -> {
            asked.add(reference);
            return false;
        };
        byte[] image = new GoodImage(3, 12, 4, 1 << 20).data(0, 1).backing("/etc/passwd", "raw").bytes();
        GraphSettings settings = settings(Map.of("a", image)).withReferences(policy);

        try (Varve varve = new Varve(); BlockGraph graph = varve.newGraph(settings)) {
            BlockException refusal = assertThrows(BlockException.class, () -> addAll(graph, varve.parseGraph(
                    "{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"a\"}}")));

            assertEquals(ErrorKind.PERMISSION, refusal.kind());
            assertTrue(refusal.getMessage().contains("/etc/passwd"), refusal::getMessage);
            assertEquals(List.of(new ImageReference("/etc/passwd", Optional.of("raw"))), asked);
        }
    }

    private static GraphSettings settings(Map<String, byte[]> files) {
        return GraphSettings.DEFAULT.withDriver(new ShelfDriver(files)).withDriver(new Qcow2Driver());
    }

    private static void addAll(BlockGraph graph, List<NodeDefinition> definitions) throws IOException {
        for (NodeDefinition definition : definitions) {
            graph.add(definition);
        }
    }
}
