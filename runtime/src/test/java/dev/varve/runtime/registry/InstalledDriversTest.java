// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.api.spi.BlockDriver;
import dev.varve.runtime.testing.FakeDriver;
import dev.varve.runtime.testing.LoadedDriver;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledDriversTest {
    @TempDir
    Path folder;

    @Test
    void get_someProvidersAreBroken_theOthersAreThere() throws IOException {
        assertEquals(List.of("loaded"), names("no.such.Driver",
                LoadedDriver.Broken.class.getName(), String.class.getName(),
                LoadedDriver.class.getName(), "# a comment"));
    }

    @Test
    void get_faultInTheEntry_isNoFaultOfTheLookup() throws IOException {
        assertEquals(List.of(), names("not a class name"));
    }

    @Test
    void get_providerWithoutName_isLeftOut() throws IOException {
        assertEquals(List.of("loaded"), names(LoadedDriver.Nameless.class.getName(), LoadedDriver.class.getName()));
    }

    @Test
    void collect_classSeenTwice_isTakenOnce() {
        List<BlockDriver> drivers = new ArrayList<>();
        List<BlockDriver> twice = List.of(new LoadedDriver(), new LoadedDriver());
        InstalledDrivers.collect(twice.iterator(), new HashSet<>(), drivers);
        assertEquals(1, drivers.size());
    }

    @Test
    void collect_iteratorThatAlwaysFails_ends() {
        Iterator<BlockDriver> failing = new Iterator<>() {
            @Override
            public boolean hasNext() {
                throw new ServiceConfigurationError("always");
            }

            @Override
            public BlockDriver next() {
                return FakeDriver.format("never", 0);
            }
        };
        List<BlockDriver> drivers = new ArrayList<>();
        InstalledDrivers.collect(failing, new HashSet<>(), drivers);
        assertEquals(List.of(), drivers);
    }

    private List<String> names(String... lines) throws IOException {
        Path entry = folder.resolve("META-INF/services/" + BlockDriver.class.getName());
        Files.createDirectories(entry.getParent());
        Files.write(entry, List.of(lines));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()},
                InstalledDriversTest.class.getClassLoader())) {
            thread.setContextClassLoader(loader);
            return DriverRegistry.installed().drivers().stream().map(BlockDriver::name).toList();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
