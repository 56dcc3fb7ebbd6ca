// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.conformance.workload.DiskAssertions;
import dev.varve.conformance.workload.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Rules about several threads on one disk: requests that do not overlap never disturb each other. */
final class ConcurrencyRules {
    private static final int THREADS = 4;
    private static final int REQUESTS = 400;
    // Not a multiple of any cluster or sector: neighbours of different threads share each of them.
    private static final int STRIPE = 3001;
    private static final int CROWDED = 3;

    private final Subject subject;

    ConcurrencyRules(Subject subject) {
        this.subject = subject;
    }

    /** Each thread owns every fourth stripe, keeps its own model of them, and reads them back as it goes. */
    void neighboursDoNotDisturbEachOther() {
        subject.require(Trait.WRITES, Trait.STORES);
        Seed.run(random -> {
            byte[] model = subject.content().clone();
            try (OpenDisk disk = subject.open()) {
                List<Worker> workers = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    workers.add(new Worker(disk.backend(), model, i, new Random(random.nextLong())));
                }
                runAll(workers);
                DiskAssertions.assertContent(disk.backend(), model);
                DiskAssertions.assertStatusTellsContent(disk.graph(), disk.backend());
            }
            if (subject.has(Trait.PERSISTS)) {
                try (OpenDisk disk = subject.open()) {
                    DiskAssertions.assertContent(disk.backend(), model);
                }
            }
        });
    }

    private static void runAll(List<Worker> workers) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(workers.size());
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (Worker worker : workers) {
                ends.add(threads.submit(worker));
            }
            for (Future<?> end : ends) {
                await(end);
            }
        } finally {
            threads.close();
        }
    }

    private static void await(Future<?> end) throws Exception {
        try {
            end.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a thread failed: " + e.getCause(), e.getCause());
        }
    }

    /** Changes bytes of the model that no other worker touches. */
    private static final class Worker implements Runnable {
        private final BlockBackend disk;
        private final byte[] model;
        private final int number;
        private final Random random;

        Worker(BlockBackend disk, byte[] model, int number, Random random) {
            this.disk = disk;
            this.model = model;
            this.number = number;
            this.random = random;
        }

        @Override
        public void run() {
            try {
                for (int i = 0; i < REQUESTS; i++) {
                    request();
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private void request() throws IOException {
            // Half of the requests crowd into a few clusters.
            int stripes = random.nextBoolean() ? CROWDED : model.length / STRIPE / THREADS;
            int from = (random.nextInt(stripes) * THREADS + number) * STRIPE;
            int offset = from + random.nextInt(STRIPE);
            int bytes = 1 + random.nextInt(from + STRIPE - offset);
            byte fill = (byte) random.nextInt(1, 256);
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> write(offset, bytes, fill);
                case 4 -> {
                    disk.writeZeroes(offset, bytes, RequestFlags.MAY_UNMAP);
                    Arrays.fill(model, offset, offset + bytes, (byte) 0);
                }
                case 5 -> {
                    disk.discard(offset, bytes);
                    byte[] chosen = DiskAssertions.read(disk, offset, bytes);
                    System.arraycopy(chosen, 0, model, offset, bytes);
                }
                case 6 -> disk.flush();
                default -> DiskAssertions.assertBytes(Arrays.copyOfRange(model, from, from + STRIPE),
                        DiskAssertions.read(disk, from, STRIPE), from, "stripe of thread " + number);
            }
        }

        private void write(int offset, int bytes, byte fill) throws IOException {
            byte[] data = new byte[bytes];
            Arrays.fill(data, fill);
            disk.write(offset, ByteBuffer.wrap(data));
            System.arraycopy(data, 0, model, offset, bytes);
        }
    }
}
