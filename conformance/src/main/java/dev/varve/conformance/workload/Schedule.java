// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.workload;

import dev.varve.conformance.device.DiskRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler that dice script: of several clients of a disk, those whose requests have come to its storage wait there,
 * and one of them at a time goes on. The next is chosen when all others wait too, for their turn or for a lock, so
 * that the same dice give the same order.
 */
final class Schedule {
    private static final long LOOK_NANOS = 20_000;
    private static final int LOOKS = 3;
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final RandomGenerator random;
    private final int oneFailsIn;
    private final List<Client> clients = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private volatile boolean over;

    /**
     * A schedule without clients.
     *
     * @param random the dice
     * @param oneFailsIn of how many requests one fails; 0 for none
     */
    Schedule(RandomGenerator random, int oneFailsIn) {
        this.random = random;
        this.oneFailsIn = oneFailsIn;
    }

    private static final class Client {
        private final int number;
        private final Thread thread;
        private final Semaphore turn = new Semaphore(0);
        private volatile @Nullable DiskRequest wanted;
        private volatile boolean fails;
        private volatile boolean awake;

        Client(int number, Runnable work) {
            this.number = number;
            this.thread = new Thread(work, "client " + number);
            thread.setDaemon(true);
        }

        boolean isQuiet() {
            return switch (thread.getState()) {
                case NEW, RUNNABLE -> false;
                case BLOCKED, WAITING, TIMED_WAITING, TERMINATED -> true;
            };
        }

        boolean isOver() {
            return thread.getState() == Thread.State.TERMINATED;
        }
    }

    /** Adds a client, before the schedule runs. */
    void add(Runnable work) {
        clients.add(new Client(clients.size(), work));
    }

    /** Waits for the turn of a request; true where it is to fail. Requests of other threads go on at once. */
    boolean turnFails(DiskRequest request) {
        for (Client client : clients) {
            if (client.thread == Thread.currentThread() && !over) {
                client.wanted = request;
                client.turn.acquireUninterruptibly();
                client.awake = true;
                return client.fails;
            }
        }
        return false;
    }

    /** Runs the clients to their ends. */
    void run() {
        try {
            for (Client client : clients) {
                client.thread.start();
                // One after the other: which of two is at a lock first must not depend on the machine.
                awaitQuiet();
            }
            for (List<Client> ready = ready(); !ready.isEmpty(); ready = ready()) {
                letGo(ready.get(random.nextInt(ready.size())));
            }
        } finally {
            over = true;
            clients.forEach(client -> client.turn.release());
        }
    }

    private void letGo(Client client) {
        DiskRequest wanted = client.wanted;
        client.fails = oneFailsIn > 0 && random.nextInt(oneFailsIn) == 0;
        trace.add("client " + client.number + ": " + told(wanted) + (client.fails ? " fails" : ""));
        client.wanted = null;
        client.awake = false;
        client.turn.release();
        // A thread that was told to go on looks as if it waited until it runs.
        while (!client.awake) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static String told(@Nullable DiskRequest request) {
        return request == null ? "" : request.operation().text() + " " + request.offset() + "+" + request.bytes();
    }

    /** The clients that wait for their turn, when nothing moves; none when all have come to their ends. */
    private List<Client> ready() {
        long begin = System.nanoTime();
        while (true) {
            awaitQuiet();
            List<Client> ready = clients.stream().filter(client -> client.wanted != null).toList();
            if (!ready.isEmpty() || clients.stream().allMatch(Client::isOver)) {
                return ready;
            }
            if (System.nanoTime() - begin > STUCK_NANOS) {
                throw new AssertionError("the clients wait for each other: " + stuck());
            }
        }
    }

    private List<String> stuck() {
        return clients.stream().filter(client -> !client.isOver())
                .map(client -> client.thread + " at " + Arrays.toString(client.thread.getStackTrace())).toList();
    }

    /** Waits until several looks in a row see no client that runs. */
    private void awaitQuiet() {
        for (int quiet = 0; quiet < LOOKS;) {
            LockSupport.parkNanos(LOOK_NANOS);
            boolean all = clients.stream().filter(client -> client.thread.getState() != Thread.State.NEW)
                    .allMatch(Client::isQuiet);
            quiet = all ? quiet + 1 : 0;
        }
    }

    /** What happened: one line a request of a client. */
    List<String> trace() {
        return List.copyOf(trace);
    }
}
