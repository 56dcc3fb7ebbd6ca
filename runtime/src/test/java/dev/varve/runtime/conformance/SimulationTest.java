// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.workload.SimulatedDisk;
import dev.varve.conformance.workload.Simulation;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A story is told by its seed. */
class SimulationTest {
    private static final int SIZE = 1 << 20;

    private static List<String> story(long seed) throws Exception {
        SimulatedDisk storage = new SimulatedDisk("storage", SparseContent.ofSize(SIZE));
        Simulation simulation = new Simulation(storage, new byte[SIZE], new Random(seed), 10);
        try (BlockGraph graph = BlockLayer.load().newGraph(GraphSettings.DEFAULT.withDriver(storage));
                BlockBackend disk = graph.openBackend(graph.add(storage.definition()), Permissions.READ_WRITE)) {
            simulation.run(disk, 4, 20);
        }
        return simulation.trace();
    }

    @Test
    void sameSeed_playedTwice_isTheSameStory() throws Exception {
        List<String> first = story(4711);
        assertEquals(first, story(4711));
        assertTrue(first.stream().anyMatch(line -> line.endsWith("fails")), () -> "nothing failed: " + first);
        assertTrue(first.size() > 60, () -> "requests: " + first);
    }

    @Test
    void otherSeed_played_isAnotherStory() throws Exception {
        assertNotEquals(story(1), story(2));
    }
}
