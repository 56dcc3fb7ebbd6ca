// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import dev.varve.api.block.Preallocation;
import dev.varve.api.graph.BlockBackend;
import dev.varve.cli.QemuChain;
import dev.varve.conformance.workload.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Threads that write to one image at once. The disk is dealt out in pieces that do not end with clusters, so that
 * neighbours copy and allocate the same clusters; what each byte should be is still known.
 */
class ConcurrentWritersIT {
    private static final int WRITERS = 4;
    private static final int HANDS = WRITERS + 1;
    private static final int STEPS = Integer.getInteger("varve.steps", 1_500);
    private static final int SIZE = 2 << 20;
    private static final long PATIENCE_SECONDS = 120;

    @TempDir
    private Path folder;

    @BeforeAll
    static void findQemu() {
        Qemu.assumeInstalled("qemu-img", "qemu-io");
    }

    static Stream<Arguments> images() {
        List<Arguments> images = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            images.add(Arguments.of(Geometry.of("1.1", 16, 512, SIZE, SIZE), 700, round));
            images.add(Arguments.of(Geometry.of("1.1", 1, 4096, SIZE - 512, SIZE), 3_001, round));
            images.add(Arguments.of(Geometry.of("1.1", 64, 4096, SIZE, SIZE), 13_337, round));
            images.add(Arguments.of(Geometry.of("0.10", 16, 4096, SIZE / 2, SIZE), 5_003, round));
            images.add(Arguments.of(Geometry.of("1.1", 16, 65536, SIZE, SIZE, SIZE), 50_001, round));
        }
        return images.stream();
    }

    @ParameterizedTest(name = "{0}, pieces of {1} bytes, round {2}")
    @MethodSource("images")
    void writers_sharingClusters_leaveASoundImageThatReadsAsTheModel(Geometry geometry, int piece, int round,
            TestReporter reporter) {
        Seed seed = new Seed(Seed.next().value() + round);
        reporter.publishEntry("seed", Long.toString(seed.value()));
        try {
            run(geometry, piece, new Random(seed.value()));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -D" + Seed.PROPERTY + "=" + (seed.value() - round) + ": " + e.getMessage(),
                    e);
        }
    }

    private void run(Geometry geometry, int piece, Random random) throws Exception {
        QemuChain chain = geometry.make(folder, random);
        byte[] model = Qemu.contentOf(chain.top());
        Map<String, Object> options = new LinkedHashMap<>(Map.of("discard", "unmap", "cache.no-flush", true));
        if (random.nextBoolean()) {
            options.put("l2-cache-entry-size", (long) Math.min(geometry.clusterSize(), 4096));
            options.put("l2-cache-size", (long) geometry.clusterSize());
        }
        try (DiskFile file = DiskFile.openWritable(chain.top(), options)) {
            ModelledDisk disk = new ModelledDisk(file.backend(), model);
            work(disk, file.backend(), piece, random);
            model = Arrays.copyOf(model, (int) file.backend().size());
            new ModelledDisk(file.backend(), model).compareAll();
        }
        Qemu.assertSound(chain.top());
        Qemu.assertReadsAs(model, chain.top());
    }

    private static void work(ModelledDisk disk, BlockBackend backend, int piece, Random random) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Random growth = new Random(random.nextLong());
        Sweep sweep = new Sweep(disk, piece, HANDS, random.nextLong());
        // Not closed: that would wait for a thread that hangs, which is what the test is there to tell.
        ExecutorService threads = Executors.newFixedThreadPool(HANDS + 1, Thread.ofPlatform().daemon().factory());
        try {
            List<Future<Void>> hands = new ArrayList<>();
            for (int number = 0; number < HANDS; number++) {
                hands.add(threads.submit(new Hand(disk, sweep, number, new Random(random.nextLong()))));
            }
            Future<Void> flusher = threads.submit(() -> flushAndGrow(backend, done, growth));
            try {
                for (Future<Void> hand : hands) {
                    finish(hand);
                }
            } finally {
                done.set(true);
            }
            finish(flusher);
        } finally {
            threads.shutdown();
        }
    }

    /** Nobody else uses what is added at the end. */
    private static Void flushAndGrow(BlockBackend backend, AtomicBoolean done, Random random) throws IOException {
        while (!done.get()) {
            backend.flush();
            if (random.nextInt(20) == 0 && backend.size() < 2 * SIZE) {
                backend.truncate(backend.size() + 512L * (1 + random.nextInt(200)), Preallocation.OFF);
            }
        }
        return null;
    }

    private static void finish(Future<Void> future) throws Exception {
        try {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("a thread does not come to its end", e);
        }
    }

    /** One thread's work: one piece of five neighbours at a time. The last one discards. */
    private record Hand(ModelledDisk disk, Sweep sweep, int number, Random random) implements Callable<Void> {
        @Override
        public Void call() throws Exception {
            try {
                for (int i = 0; i < STEPS; i++) {
                    int begin = sweep.next(number);
                    int piece = sweep.piece();
                    int offset = begin + random.nextInt(2) * random.nextInt(piece);
                    int bytes = random.nextBoolean() ? begin + piece - offset
                            : 1 + random.nextInt(begin + piece - offset);
                    step(offset, bytes);
                    disk.compare(begin, piece);
                }
            } finally {
                sweep.leave();
            }
            return null;
        }

        private void step(int offset, int bytes) throws IOException {
            int kind = random.nextInt(5);
            if (kind == 0) {
                disk.writeZeroes(offset, bytes, random);
            } else if (kind < 3 && number == WRITERS) {
                disk.discard(offset, bytes);
            } else {
                disk.write(offset, bytes, random);
            }
        }
    }
}
