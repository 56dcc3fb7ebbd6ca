// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.varve.cli.QemuChain;
import dev.varve.conformance.workload.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Random operations on images of QEMU against a byte array; then QEMU's opinion of them. */
class RandomOperationsIT {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;

    @BeforeAll
    static void findQemu() {
        Qemu.assumeInstalled("qemu-img", "qemu-io");
    }

    /** Together a little more than 100,000 operations; large clusters cost most, so that they get fewer. */
    static Stream<Arguments> geometries() {
        return Stream.of(
                Arguments.of(Geometry.of("0.10", 16, 512, 3 * MIB), 9_000),
                Arguments.of(Geometry.of("1.1", 1, 512, 2 * MIB, 3 * MIB), 9_000),
                Arguments.of(Geometry.of("1.1", 64, 512, 3 * MIB, 2 * MIB + 1536, 2 * MIB), 9_000),
                Arguments.of(Geometry.of("0.10", 16, 512, MIB, 2 * MIB, 3 * MIB), 9_000),
                Arguments.of(Geometry.of("1.1", 16, 4 * KIB, 4 * MIB), 8_000),
                Arguments.of(Geometry.of("1.1", 64, 4 * KIB, 5 * MIB, 4 * MIB), 8_000),
                Arguments.of(Geometry.of("0.10", 16, 4 * KIB, 3 * MIB + 512, 4 * MIB), 8_000),
                Arguments.of(Geometry.of("1.1", 1, 4 * KIB, 2 * MIB, 5 * MIB - 512, 4 * MIB), 8_000),
                Arguments.of(Geometry.of("1.1", 16, 64 * KIB, 6 * MIB), 7_000),
                Arguments.of(Geometry.of("1.1", 1, 64 * KIB, 7 * MIB, 6 * MIB), 7_000),
                Arguments.of(Geometry.of("0.10", 16, 64 * KIB, 4 * MIB, 7 * MIB, 6 * MIB), 7_000),
                Arguments.of(Geometry.of("1.1", 64, 64 * KIB, 3 * MIB, 5 * MIB + 1024, 6 * MIB), 7_000),
                Arguments.of(Geometry.of("1.1", 16, 2 * MIB, 22 * MIB), 2_000),
                Arguments.of(Geometry.of("0.10", 16, 2 * MIB, 17 * MIB, 20 * MIB), 2_000),
                Arguments.of(Geometry.of("1.1", 64, 2 * MIB, 21 * MIB, 17 * MIB + 512, 20 * MIB), 2_000));
    }

    @ParameterizedTest(name = "{0}, {1} operations")
    @MethodSource("geometries")
    void operations_anyGeometry_leaveASoundImageThatReadsAsTheModel(Geometry geometry, int operations,
            TestReporter reporter) {
        Seed seed = Seed.next();
        reporter.publishEntry("seed", Long.toString(seed.value()));
        try {
            run(geometry, operations, new Random(seed.value()));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -D" + Seed.PROPERTY + "=" + seed.value() + ": " + e.getMessage(), e);
        }
    }

    private void run(Geometry geometry, int operations, Random random) throws IOException {
        QemuChain chain = geometry.make(folder, random);
        List<byte[]> below = below(chain);
        byte[] model = Qemu.contentOf(chain.top());
        try (RandomRun run = new RandomRun(chain.top(), geometry.clusterSize(), model, random)) {
            for (int i = 0; i < operations; i++) {
                run.step();
            }
            model = run.finish();
        }
        Qemu.assertSound(chain.top());
        Qemu.assertReadsAs(model, chain.top());
        List<byte[]> after = below(chain);
        for (int i = 0; i < below.size(); i++) {
            assertArrayEquals(below.get(i), after.get(i), "layer " + i + " was changed");
        }
    }

    private static List<byte[]> below(QemuChain chain) throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (Path image : chain.images().subList(0, chain.images().size() - 1)) {
            files.add(Files.readAllBytes(image));
        }
        return files;
    }
}
