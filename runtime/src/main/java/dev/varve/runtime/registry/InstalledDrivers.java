// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.registry;

import dev.varve.api.spi.BlockDriver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The drivers that ServiceLoader finds: those beside the runtime and those the calling thread's context class loader
 * sees, each class once.
 */
final class InstalledDrivers implements Supplier<List<BlockDriver>> {
    /** ServiceLoader goes on behind a broken provider; this bounds it where it would not. */
    private static final int MAX_BROKEN = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(InstalledDrivers.class);

    @Override
    public List<BlockDriver> get() {
        List<BlockDriver> drivers = new ArrayList<>();
        Set<Class<?>> seen = new HashSet<>();
        collect(ServiceLoader.load(BlockDriver.class, InstalledDrivers.class.getClassLoader()).iterator(), seen,
                drivers);
        collect(ServiceLoader.load(BlockDriver.class).iterator(), seen, drivers);
        return drivers;
    }

    /** Takes every provider that can be had from an iterator that throws for each one that cannot. */
    static void collect(Iterator<BlockDriver> providers, Set<Class<?>> seen, List<BlockDriver> drivers) {
        int broken = 0;
        while (broken < MAX_BROKEN) {
            try {
                Optional<BlockDriver> next = providers.hasNext() ? Optional.of(providers.next()) : Optional.empty();
                if (next.isEmpty()) {
                    return;
                }
                add(next.get(), seen, drivers);
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                broken++;
                LOG.warn("a driver cannot be loaded", e);
            }
        }
    }

    private static void add(BlockDriver driver, Set<Class<?>> seen, List<BlockDriver> drivers) {
        if (driver.name().isEmpty()) {
            throw new IllegalStateException(driver.getClass() + " has an empty name");
        }
        if (seen.add(driver.getClass())) {
            drivers.add(driver);
        }
    }
}
