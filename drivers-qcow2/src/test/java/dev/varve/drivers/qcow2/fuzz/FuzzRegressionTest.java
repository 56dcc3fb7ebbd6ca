// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.fuzz;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.conformance.workload.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the fuzzer has found once, and what it keeps to begin with. */
class FuzzRegressionTest {
    private static final Duration TIME = Duration.ofMinutes(1);
    private static final int SCRIPTS = 500;

    static List<Path> images() throws IOException {
        return inputs(FuzzFolders.IMAGES);
    }

    static List<Path> luksHeaders() throws IOException {
        return inputs(FuzzFolders.LUKS_HEADERS);
    }

    private static List<Path> inputs(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("images")
    void keptImage_doneAllWith_failsWithBlockExceptionsOnly(Path input) throws Exception {
        byte[] script = Files.readAllBytes(input);
        assertTimeoutPreemptively(TIME, () -> ImageFuzzer.fuzzerTestOneInput(script));
    }

    @ParameterizedTest
    @MethodSource("luksHeaders")
    void keptLuksHeader_unlocked_failsWithBlockExceptionsOnly(Path input) throws Exception {
        byte[] script = Files.readAllBytes(input);
        assertTimeoutPreemptively(TIME, () -> LuksFuzzer.fuzzerTestOneInput(script));
    }

    @Test
    void randomScripts_doneAllWith_failWithBlockExceptionsOnly() {
        Seed.run(random -> assertTimeoutPreemptively(TIME, () -> {
            for (int i = 0; i < SCRIPTS; i++) {
                byte[] script = new byte[1 + ImageScript.EDIT * random.nextInt(1, 5)];
                random.nextBytes(script);
                script[0] = (byte) random.nextInt(FuzzImages.count());
                ImageFuzzer.fuzzerTestOneInput(script);
            }
        }));
    }

    @Test
    void goodImages_unchanged_areThereForEachThing() throws Exception {
        assertTrue(FuzzImages.count() > 5);
        for (int i = 0; i < FuzzImages.count(); i++) {
            ImageFuzzer.fuzzerTestOneInput(new byte[] {(byte) i});
        }
    }
}
