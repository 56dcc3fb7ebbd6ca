// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Tool;
import dev.varve.conformance.workload.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every sort of qcow2 image that qemu-img creates, written by one side and read and checked by the other. The profile
 * {@code matrix} runs all of them, a build one in twenty.
 */
class FormatMatrixIT {
    private static final boolean ALL = Boolean.getBoolean("varve.matrix.all");
    private static final int SAMPLE = 20;
    private static final int TRIES = 10;
    private static final int OPERATIONS = ALL ? 300 : 150;
    private static final int SIZE = 3 << 20;

    @TempDir
    private Path folder;

    @BeforeAll
    static void findQemu() {
        Qemu.assumeInstalled("qemu-img", "qemu-io");
    }

    static Stream<ImageVariant> variants() {
        List<ImageVariant> all = ImageVariant.all();
        int first = ALL ? 0 : new Random(Seed.next().value()).nextInt(SAMPLE);
        return IntStream.range(0, all.size()).filter(i -> ALL || i % SAMPLE == first).mapToObj(all::get);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void image_ofQemu_readsTheSameAndIsSound(ImageVariant variant, TestReporter reporter) throws IOException {
        Random random = seeded(reporter);
        Path image = folder.resolve("theirs.qcow2");
        create("qemu-img", variant, image, false);
        fill(variant, image, random);
        assertArrayEquals(contentByQemu(variant, image), contentByVarve(variant, image));
        assertSound(variant, image);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void image_ofVarveAfterRandomOperations_isSoundAndReadsTheSame(ImageVariant variant, TestReporter reporter)
            throws IOException {
        Random random = seeded(reporter);
        Path image = folder.resolve("ours.qcow2");
        create("qemu-img", variant, image, true);
        byte[] model = new byte[size(variant)];
        try (RandomRun run = new RandomRun(image, variant, model, random)) {
            for (int i = 0; i < OPERATIONS; i++) {
                run.step();
            }
            model = run.finish();
        }
        assertArrayEquals(model, contentByQemu(variant, image));
        assertSound(variant, image);
    }

    private static int size(ImageVariant variant) {
        return Math.max(SIZE, 9 * variant.clusterSize());
    }

    private static Random seeded(TestReporter reporter) {
        Seed seed = Seed.next();
        reporter.publishEntry("seed", Long.toString(seed.value()));
        return new Random(seed.value());
    }

    /** Creates an image by the tool of a name, ours in this process or the installed one. */
    private static void create(String tool, ImageVariant variant, Path image, boolean ours) {
        List<Object> words = new ArrayList<>(List.of("create", "-q"));
        words.addAll(variant.object());
        words.addAll(List.of("-f", "qcow2", "-o", variant.createOptions(image + ".data"), image, size(variant)));
        Tool made = run(tool, words, ours);
        // QEMU measures how fast it derives keys, and gives up where the machine is busy.
        for (int i = 0; i < TRIES && made.err().contains("Unable to get accurate CPU usage"); i++) {
            made = run(tool, words, ours);
        }
        made.expect(0);
    }

    private static Tool run(String tool, List<Object> words, boolean ours) {
        if (ours) {
            return Tool.program(tool, "", words.toArray());
        }
        List<Object> all = new ArrayList<>(List.of(tool));
        all.addAll(words);
        return Tool.run(all.toArray());
    }

    /** Writes, zeroes, discards and, where the variant can, compresses at random places. */
    private static void fill(ImageVariant variant, Path image, Random random) {
        List<Object> words = new ArrayList<>(variant.object());
        words.addAll(List.of("-d", "unmap", "--image-opts", variant.imageOptions(image.toString())));
        int clusters = size(variant) / variant.clusterSize();
        for (int i = 0; i < 40; i++) {
            words.add("-c");
            words.add(command(variant, clusters, random));
        }
        // A compressed write to a cluster that is allocated already is refused: then the code is 1.
        assertTrue(run("qemu-io", words, false).code() <= (variant.compresses() ? 1 : 0));
    }

    private static String command(ImageVariant variant, int clusters, Random random) {
        int cluster = variant.clusterSize();
        int pattern = 1 + random.nextInt(255);
        long at = (long) random.nextInt(clusters) * cluster;
        int sector = random.nextInt(cluster / 512) * 512;
        return switch (random.nextInt(variant.compresses() ? 8 : 5)) {
            case 0 -> "write -z " + at + " " + cluster;
            case 1 -> "discard " + at + " " + cluster;
            case 2 -> "write -z -u " + (at + sector) + " 512";
            case 3 -> "write -P " + pattern + " " + (at + sector) + " 512";
            case 4 -> "write -P " + pattern + " " + at + " " + cluster;
            default -> "write -c -P " + pattern + " " + at + " " + cluster;
        };
    }

    private byte[] contentByQemu(ImageVariant variant, Path image) throws IOException {
        return content(variant, image, false);
    }

    private byte[] contentByVarve(ImageVariant variant, Path image) throws IOException {
        return content(variant, image, true);
    }

    private byte[] content(ImageVariant variant, Path image, boolean ours) throws IOException {
        Path raw = folder.resolve(ours ? "ours.raw" : "theirs.raw");
        List<Object> words = new ArrayList<>(List.of("convert"));
        words.addAll(variant.object());
        words.addAll(List.of("--image-opts", variant.imageOptions(image.toString()), "-O", "raw", raw));
        run("qemu-img", words, ours).expect(0);
        return Files.readAllBytes(raw);
    }

    private static void assertSound(ImageVariant variant, Path image) {
        List<Object> words = new ArrayList<>(List.of("check"));
        words.addAll(variant.object());
        words.addAll(List.of("--image-opts", variant.imageOptions(image.toString())));
        Tool theirs = run("qemu-img", words, false).expect(0);
        assertEquals(theirs.out(), run("qemu-img", words, true).expect(0).out());
    }
}
