// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleRevision;

/** What the manifests say decides what resolves. */
class ResolvingIT {
    private static final List<String> ALL = List.of("varve-api", "varve-runtime", "varve-drivers-raw",
            "varve-drivers-qcow2", "varve-filters", "jackson-core", "varve-plugin-vdi");

    private Platform platform;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        platform = new Platform(folder.resolve("framework"), false);
    }

    @AfterEach
    void stop() throws Exception {
        platform.close();
    }

    private Bundle operator(String need) throws Exception {
        return platform.install(MadeBundle.of("operator", "1.0.0").with("Require-Capability", need));
    }

    private Set<String> resolved() {
        return Stream.of(platform.context().getBundles())
                .filter(bundle -> bundle.getBundleId() > 0 && bundle.getState() == Bundle.RESOLVED)
                .map(Bundle::getSymbolicName).collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"varve-drivers-raw", "varve-drivers-qcow2", "varve-filters", "varve-plugin-vdi"})
    void start_withoutTheRuntime_isRefusedAndNamesIt(String name) throws Exception {
        platform.install("varve-api");
        BundleException refused = assertThrows(BundleException.class, platform.install(name)::start);
        assertEquals(BundleException.RESOLVE_ERROR, refused.getType());
        assertTrue(refused.getMessage().contains("varve.runtime"), refused.getMessage());
    }

    @Test
    void resolve_aDriverIsNeeded_bringsItAndTheRuntimeAndNothingElse() throws Exception {
        for (String name : ALL) {
            platform.install(name);
        }
        assertTrue(platform.resolve(operator("varve.driver;filter:=\"(varve.driver=vdi)\"")));
        assertEquals(Set.of("dev.varve.api", "dev.varve.plugin.vdi", "dev.varve.runtime", "operator",
                "tools.jackson.core.jackson-core"), resolved());
    }

    @Test
    void resolve_twoDriversAreNeeded_bringsBothBundles() throws Exception {
        for (String name : ALL) {
            platform.install(name);
        }
        assertTrue(platform.resolve(operator("varve.driver;filter:=\"(varve.driver=qcow2)\","
                + "varve.driver;filter:=\"(varve.driver=file)\"")));
        assertTrue(resolved().containsAll(Set.of("dev.varve.drivers.qcow2", "dev.varve.drivers.raw")));
        assertFalse(resolved().contains("dev.varve.filters"));
    }

    @Test
    void start_aDriverThatNobodyHasIsNeeded_isRefusedAndNamesIt() throws Exception {
        for (String name : ALL) {
            platform.install(name);
        }
        BundleException refused = assertThrows(BundleException.class,
                operator("varve.driver;filter:=\"(varve.driver=vmdk)\"")::start);
        assertTrue(refused.getMessage().contains("varve.driver=vmdk"), refused.getMessage());
    }

    @Test
    void start_runtimeOfAnotherVersionOfTheApi_isNoRuntimeForIt() throws Exception {
        platform.install("varve-api");
        platform.install(MadeBundle.of("runtime.of.tomorrow", "9.0.0").with("Provide-Capability",
                "varve.runtime;version:Version=\"0.2.0\""));
        assertThrows(BundleException.class, platform.install("varve-drivers-raw")::start);
    }

    @Test
    void capabilities_ofEachBundle_areTheDriversThatItRegisters() throws Exception {
        List<Bundle> started = new ArrayList<>();
        for (String name : ALL) {
            started.add(platform.install(name));
        }
        for (Bundle bundle : started) {
            bundle.start();
        }
        for (Bundle bundle : platform.context().getBundles()) {
            Set<String> offered = bundle.adapt(BundleRevision.class).getDeclaredCapabilities("varve.driver").stream()
                    .map(capability -> (String) capability.getAttributes().get("varve.driver"))
                    .collect(Collectors.toCollection(TreeSet::new));
            ServiceReference<?>[] services = bundle.getRegisteredServices();
            Set<String> registered = Stream.of(services == null ? new ServiceReference<?>[0] : services)
                    .map(service -> (String) service.getProperty("varve.driver")).filter(name -> name != null)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(registered, offered, bundle.getSymbolicName());
        }
    }
}
