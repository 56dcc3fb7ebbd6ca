// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.NodeView;
import dev.varve.api.job.Job;
import dev.varve.api.job.StreamOptions;
import dev.varve.cli.Tool;
import dev.varve.conformance.workload.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Chains with holes, zero clusters and layers of any length are streamed while threads write to the disk, discard and
 * read: the bytes are right all the time, and without the layers that were let go.
 */
class StreamIT {
    private static final int MIB = 1 << 20;
    private static final int HANDS = 3;
    private static final int STEPS = Integer.getInteger("varve.steps", 150);
    private static final int PIECE = 13_337;
    private static final long PATIENCE_SECONDS = 120;

    @TempDir
    private Path folder;

    @BeforeAll
    static void findQemu() {
        Qemu.assumeInstalled("qemu-img", "qemu-io");
    }

    static Stream<Arguments> chains() {
        List<Arguments> chains = new ArrayList<>();
        for (int base = -1; base < 4; base++) {
            chains.add(Arguments.of(Geometry.of("1.1", 16, 65536, 4 * MIB, 3 * MIB, 4 * MIB, 4 * MIB, 4 * MIB), base));
            chains.add(Arguments.of(Geometry.of("1.1", 16, 4096, 4 * MIB, MIB + 512, 2 * MIB, 4 * MIB - 512, 4 * MIB),
                    base));
        }
        chains.add(Arguments.of(Geometry.of("1.1", 16, 512, MIB, MIB / 2, MIB), 0));
        chains.add(Arguments.of(Geometry.of("1.1", 16, 512, MIB, MIB, MIB), -1));
        chains.add(Arguments.of(Geometry.of("1.1", 16, 2 * MIB, 6 * MIB, 5 * MIB, 6 * MIB), -1));
        chains.add(Arguments.of(Geometry.of("0.10", 16, 4096, 2 * MIB, MIB, 2 * MIB), 0));
        chains.add(Arguments.of(Geometry.of("0.10", 16, 65536, 2 * MIB, MIB, 2 * MIB), -1));
        return chains.stream();
    }

    @ParameterizedTest(name = "{0}, base {1}")
    @MethodSource("chains")
    void stream_whileTheDiskIsUsed_keepsEveryByte(Geometry geometry, int base, TestReporter reporter) {
        Seed seed = Seed.next();
        reporter.publishEntry("seed", Long.toString(seed.value()));
        try {
            run(geometry, base, new Random(seed.value()));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -D" + Seed.PROPERTY + "=" + seed.value() + ": " + e.getMessage(), e);
        }
    }

    private void run(Geometry geometry, int base, Random random) throws Exception {
        List<Path> images = geometry.make(folder, random).images();
        if (base == 0 && random.nextBoolean()) {
            images = new ArrayList<>(images);
            images.set(0, madeRaw(images));
        }
        Path top = images.get(images.size() - 1);
        byte[] model = Qemu.contentOf(top);
        try (DiskFile file = DiskFile.openWritable(top, Map.of("discard", "unmap", "cache.no-flush", true))) {
            ModelledDisk disk = new ModelledDisk(file.backend(), model);
            stream(file, disk, options(file, images, base, random), random);
            disk.compareAll();
            model = disk.expected();
        }
        for (Path image : images.subList(base + 1, images.size() - 1)) {
            Files.delete(image);
        }
        String info = Tool.run("qemu-img", "info", "--output=json", top).expect(0).out();
        assertEquals(base >= 0, info.contains("\"backing-filename\": \""
                + (base >= 0 ? images.get(base).getFileName() + "\"" : "")), info);
        Qemu.assertSound(top);
        Qemu.assertReadsAs(model, top);
    }

    private Path madeRaw(List<Path> images) {
        Path raw = folder.resolve("base.raw");
        Tool.run("qemu-img", "convert", "-O", "raw", images.get(0), raw).expect(0);
        Tool.run("qemu-img", "rebase", "-u", "-F", "raw", "-b", "base.raw", images.get(1)).expect(0);
        return raw;
    }

    private static StreamOptions options(DiskFile file, List<Path> images, int base, Random random) {
        StreamOptions options = StreamOptions.DEFAULT.withRequests(512 << random.nextInt(10), 1 + random.nextInt(5));
        if (base < 0) {
            return options;
        }
        NodeView layer = file.graph().nodes().stream().filter(node -> !node.driver().equals("file")
                && node.filename().equals(images.get(base).toString())).findFirst().orElseThrow();
        return options.withBase(layer.name());
    }

    private static void stream(DiskFile file, ModelledDisk disk, StreamOptions options, Random random)
            throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        // Not closed: that would wait for a thread that hangs, which is what the test is there to tell.
        ExecutorService threads = Executors.newFixedThreadPool(HANDS, Thread.ofPlatform().daemon().factory());
        List<Future<Void>> hands = new ArrayList<>();
        try {
            for (int number = 0; number < HANDS; number++) {
                int hand = number;
                Random dice = new Random(random.nextLong());
                hands.add(threads.submit(() -> use(disk, file.backend(), hand, done, dice)));
            }
            Job job = file.graph().stream(file.backend().root(), options);
            for (int stop = random.nextInt(3); stop > 0; stop--) {
                job.pause();
                job.resume();
                job.cancel();
                if (job.await() == Job.State.CANCELLED) {
                    job = file.graph().stream(file.backend().root(), options);
                }
            }
            assertEquals(Job.State.COMPLETED, job.await());
        } finally {
            done.set(true);
            threads.shutdown();
        }
        for (Future<Void> hand : hands) {
            hand.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Each hand has every third piece of the disk; pieces do not end with clusters. */
    private static Void use(ModelledDisk disk, BlockBackend backend, int hand, AtomicBoolean done, Random random)
            throws IOException {
        for (int step = 0; step < STEPS || !done.get(); step++) {
            int index = random.nextInt(disk.size() / PIECE / HANDS) * HANDS + hand;
            int begin = index * PIECE;
            int offset = begin + random.nextInt(PIECE / 2);
            int bytes = 1 + random.nextInt(begin + PIECE - offset);
            switch (random.nextInt(6)) {
                case 0 -> disk.writeZeroes(offset, bytes, random);
                case 1 -> disk.discard(offset, bytes);
                case 2 -> backend.flush();
                default -> disk.write(offset, bytes, random);
            }
            disk.compare(begin, PIECE);
        }
        return null;
    }
}
