// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/** Rules about a driver's options and what it says of itself. */
final class OptionRules {
    private final Subject subject;

    OptionRules(Subject subject) {
        this.subject = subject;
    }

    void unknownOptionIsRefusedByName() throws IOException {
        assertRefused(subject.definition().with("no-such-option-at-all", "1"), "'no-such-option-at-all'");
    }

    void misspeltOptionIsRefusedWithTheNearest() throws IOException {
        for (OptionSpec option : subject.driver().options().specs()) {
            String misspelt = option.name() + "x";
            if (subject.driver().options().find(misspelt).isEmpty()) {
                assertRefused(subject.definition().with(misspelt, "1"), "'" + misspelt + "'",
                        "'" + option.name() + "'");
            }
        }
    }

    void illTypedOptionIsRefusedByName() throws IOException {
        for (OptionSpec option : subject.driver().options().specs()) {
            if (!option.type().namesChildren()) {
                assertRefused(subject.definition().with(option.name(), List.of(1L, 2L)), "'" + option.name() + "'");
            }
        }
    }

    private void assertRefused(NodeDefinition definition, String... named) throws IOException {
        try (BlockGraph graph = subject.layer().newGraph(subject.settings())) {
            BlockException refusal = assertThrows(BlockException.class, () -> graph.add(definition),
                    () -> definition + " was opened");
            assertEquals(ErrorKind.INVALID_OPTION, refusal.kind(), refusal.getMessage());
            for (String name : named) {
                assertTrue(String.valueOf(refusal.getMessage()).contains(name),
                        () -> name + " is not in: " + refusal.getMessage());
            }
            assertTrue(graph.nodes().isEmpty(), () -> "nodes stayed: " + graph.nodes());
        }
    }

    void driverSaysTheSameEachTime() {
        BlockDriver driver = subject.driver();
        assertTrue(!driver.name().isEmpty(), "the driver has no name");
        assertEquals(driver.name(), driver.name());
        assertEquals(driver.kind(), driver.kind());
        assertEquals(driver.options(), driver.options());
        assertEquals(driver.createOptions(), driver.createOptions());
    }

    void probeTakesAnyBytes() {
        BlockDriver driver = subject.driver();
        Random random = new Random(1);
        for (int length : new int[] {0, 1, 3, 4, 7, 8, 71, 72, 103, 104, 511, ProbeHead.MAX_BYTES}) {
            byte[] head = new byte[length];
            random.nextBytes(head);
            ProbeScore score = driver.probe(new ProbeHead(ByteBuffer.wrap(head), "disk.img"));
            if (driver.kind() != NodeKind.FORMAT) {
                assertEquals(ProbeScore.NONE, score, "only formats are probed");
            }
            assertTrue(score.compareTo(ProbeScore.CERTAIN) < 0, "random bytes were taken for an image");
        }
    }
}
