// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.workload;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Operation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.conformance.device.SparseContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Several clients of one disk, whose storage lets one request at a time happen, in an order and with faults that dice
 * script: the same seed plays the same story again. Then the power fails at a moment of the dice's choice.
 */
public final class Simulation {
    // Not a multiple of any cluster or sector: neighbours of different clients share each of them.
    private static final int STRIPE = 3001;
    private static final int CROWDED = 3;
    private static final int REMEMBERED = 40;

    private final SimulatedDisk storage;
    private final Random random;
    private final Schedule schedule;
    private final SharedLedger ledger;
    private final boolean faults;
    private final int size;
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    /**
     * A simulation that has not begun.
     *
     * @param storage what the disk lies on
     * @param content what the disk holds, flushed
     * @param random the dice
     * @param oneFailsIn of how many requests to the storage one fails; 0 for none
     */
    public Simulation(SimulatedDisk storage, byte[] content, Random random, int oneFailsIn) {
        this.storage = storage;
        this.random = random;
        this.schedule = new Schedule(random, oneFailsIn);
        this.ledger = new SharedLedger(content, storage::events);
        this.faults = oneFailsIn > 0;
        this.size = content.length;
    }

    /**
     * Lets the clients work. Without faults the disk holds afterwards what they wrote.
     *
     * @param disk open for writing
     * @param clients how many
     * @param steps of each client
     * @throws Exception if the disk cannot be read afterwards
     */
    public void run(BlockBackend disk, int clients, int steps) throws Exception {
        for (int i = 0; i < clients; i++) {
            int number = i;
            Random dice = new Random(random.nextLong());
            schedule.add(() -> work(disk, steps, clients, number, dice));
        }
        storage.follow(schedule);
        try {
            schedule.run();
        } finally {
            storage.follow(null);
        }
        for (Throwable failure : failures) {
            throw new AssertionError(failure + story(), failure);
        }
        if (!faults) {
            DiskAssertions.assertBytes(ledger.content(), DiskAssertions.read(disk, 0, size), 0, "content" + story());
        }
    }

    private void work(BlockBackend disk, int steps, int clients, int number, Random dice) {
        try {
            for (int i = 0; i < steps; i++) {
                Step step = next(clients, number, dice);
                try {
                    ledger.step(step, () -> step.applyTo(disk));
                } catch (BlockException e) {
                    if (!faults) {
                        throw e;
                    }
                }
            }
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    /** Half of the steps crowd into a few clusters. */
    private Step next(int clients, int number, Random dice) {
        int all = size / STRIPE / clients;
        int from = (dice.nextInt(dice.nextBoolean() ? Math.min(CROWDED, all) : all) * clients + number) * STRIPE;
        int offset = from + dice.nextInt(STRIPE);
        int bytes = 1 + dice.nextInt(from + STRIPE - offset);
        return switch (dice.nextInt(8)) {
            case 0 -> Step.flush();
            case 1 -> new Step(Operation.WRITE_ZEROES, offset, bytes, (byte) 0,
                    dice.nextBoolean() ? RequestFlags.NONE : RequestFlags.MAY_UNMAP);
            case 2 -> new Step(Operation.READ, offset, bytes, (byte) 0, RequestFlags.NONE);
            default -> Step.write(offset, bytes, 1 + dice.nextInt(255));
        };
    }

    /**
     * A moment of the story and what a power cut then leaves of the storage.
     *
     * @return a state to open and look at
     */
    public PowerCuts.State powerCut() {
        int cut = random.nextInt(storage.events() + 1);
        SparseContent left = storage.powerCut(cut, random);
        return new PowerCuts.State(cut, left);
    }

    /**
     * Says that a disk holds what was flushed, and of the rest what some client wrote.
     *
     * @param state what it was opened from
     * @param disk open
     * @throws Exception if it cannot be read
     */
    public void assertKept(PowerCuts.State state, BlockBackend disk) throws Exception {
        ledger.assertKept(state.cut(), DiskAssertions.read(disk, 0, size));
    }

    /**
     * What happened at the storage, in order.
     *
     * @return one line a request of a client
     */
    public List<String> trace() {
        return schedule.trace();
    }

    /**
     * The end of the story, for a message.
     *
     * @return the last requests
     */
    public String story() {
        List<String> all = new ArrayList<>(trace());
        List<String> last = all.subList(Math.max(0, all.size() - REMEMBERED), all.size());
        return " after " + all.size() + " requests, the last of them " + Arrays.toString(last.toArray());
    }
}
