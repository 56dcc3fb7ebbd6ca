// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.workload;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The seed of a random test. Each run draws another one; the system property {@value #PROPERTY} sets it. A test that
 * fails says which one it was.
 *
 * @param value the seed
 */
public record Seed(long value) {
    /** The system property that sets the seed. */
    public static final String PROPERTY = "varve.seed";

    /**
     * A seed.
     *
     * @return that of the system property, or a new one
     */
    public static Seed next() {
        String given = System.getProperty(PROPERTY);
        return new Seed(given == null ? ThreadLocalRandom.current().nextInt() : Long.parseLong(given));
    }

    /**
     * Runs a test with a new seed.
     *
     * @param test fails as it likes
     * @throws AssertionError if the test fails: the same failure, with the seed before it
     */
    public static void run(RandomTest test) {
        Seed seed = next();
        try {
            test.run(new Random(seed.value));
        } catch (org.opentest4j.TestAbortedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -D" + PROPERTY + "=" + seed.value + ": " + e.getMessage(), e);
        }
    }

    /** A test that needs dice. */
    @FunctionalInterface
    public interface RandomTest {
        /**
         * Runs.
         *
         * @param random the dice
         * @throws Exception if the test fails
         */
        void run(Random random) throws Exception;
    }
}
