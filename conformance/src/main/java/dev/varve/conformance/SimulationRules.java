// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.block.BlockException;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.workload.PowerCuts;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.SimulatedDisk;
import dev.varve.conformance.workload.Simulation;
import java.io.IOException;
import java.util.Random;
import java.util.function.Function;

/**
 * Rules about several clients whose requests to the storage happen in an order, and with faults, that a seed scripts.
 * The system property {@value #RUNS} sets how many stories are played.
 */
final class SimulationRules {
    private static final String RUNS = "varve.simulation.runs";
    private static final int CLIENTS = 3;
    private static final int STEPS = 20;
    private static final int ONE_FAILS_IN = 25;
    private static final int CUTS = 6;

    private final SparseContent valid;
    private final Function<MemoryDisk, Subject> image;
    private final int cuts;

    SimulationRules(SparseContent valid, Function<MemoryDisk, Subject> image) {
        this(valid, image, CUTS);
    }

    private SimulationRules(SparseContent valid, Function<MemoryDisk, Subject> image, int cuts) {
        this.valid = valid;
        this.image = image;
        this.cuts = cuts;
    }

    SimulationRules withoutPowerCuts() {
        return new SimulationRules(valid, image, 0);
    }

    void anyOrderLosesNothing() {
        play(0);
    }

    void anyFaultLosesNothingFlushed() {
        play(ONE_FAILS_IN);
    }

    private void play(int oneFailsIn) {
        for (int i = 0; i < Integer.getInteger(RUNS, 2); i++) {
            String name = "simulated-" + i;
            Seed.run(random -> play(name, random, oneFailsIn));
        }
    }

    private void play(String name, Random random, int oneFailsIn) throws Exception {
        SimulatedDisk storage = new SimulatedDisk(name, valid.copy());
        Subject subject = image.apply(storage);
        subject.require(Trait.WRITES, Trait.STORES);
        Simulation simulation = new Simulation(storage, subject.content(), random, oneFailsIn);
        try (OpenDisk disk = subject.open()) {
            simulation.run(disk.backend(), CLIENTS, STEPS);
        } catch (BlockException e) {
            if (oneFailsIn == 0) {
                throw e;
            }
        }
        for (int i = 0; i < cuts; i++) {
            PowerCuts.State state = simulation.powerCut();
            Subject left = image.apply(new MemoryDisk(name + "-cut-" + i, state.storage()));
            try (OpenDisk disk = left.open()) {
                simulation.assertKept(state, disk.backend());
                ImageCheck.assertNotCorrupt(disk.backend());
            } catch (IOException | AssertionError e) {
                throw new AssertionError(e.getMessage() + simulation.story(), e);
            }
        }
    }
}
