// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.osgihost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;

class StartOrderIT {
    private static final long SEED = 20200501;
    private static final int ORDERS = 24;

    @TempDir
    private Path folder;

    static LongStream seeds() {
        return new Random(SEED).longs(ORDERS);
    }

    /** The seed in the test's name makes the order again. */
    @ParameterizedTest(name = "order of seed {0}")
    @MethodSource("seeds")
    void read_bundlesInstalledAndStartedInAnyOrder_isTheDisk(long seed) throws Exception {
        String image = TestDisk.write(folder.resolve("chain"));
        Random random = new Random(seed);
        List<String> names = new ArrayList<>(FrameworkFixture.NAMES);
        Collections.shuffle(names, random);
        try (FrameworkFixture framework = new FrameworkFixture(folder.resolve("framework"))) {
            List<Bundle> bundles = new ArrayList<>();
            for (String name : names) {
                bundles.add(framework.install(name));
            }
            Collections.shuffle(bundles, random);
            for (Bundle bundle : bundles) {
                bundle.start();
            }
            assertEquals(TestDisk.expected(), framework.client("read", image), () -> "installed " + names
                    + ", started " + bundles);
        }
    }
}
