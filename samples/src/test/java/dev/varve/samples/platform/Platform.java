// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.graph.BlockBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** A framework that shares the API with the test, with the bundles that the build made. */
final class Platform implements AutoCloseable {
    /** What configured graphs need, with the usual drivers. */
    static final List<String> USUAL = List.of("varve-runtime", "varve-drivers-raw", "varve-drivers-qcow2",
            "varve-filters", "jackson-core", "org.apache.felix.configadmin", "varve-osgi");

    private static final String SHARED = "dev.varve.api.block;version=0.1.0,dev.varve.api.graph;version=0.1.0,"
            + "dev.varve.api.job;version=0.1.0,dev.varve.api.spi;version=0.1.0,org.slf4j;version=2.0.20,"
            + "org.osgi.service.cm;version=1.6.1";
    private static final List<Path> FOLDERS = Stream.of("varve.bundles", "varve.plugins", "varve.services")
            .map(property -> Path.of(System.getProperty(property))).toList();
    private static final long PATIENCE_SECONDS = 30;

    private final Framework framework;

    /** Without the API of the class path where {@code shared} is false: its bundle has to be installed. */
    Platform(Path storage, boolean shared) throws BundleException {
        framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(Map.of(
                "org.osgi.framework.storage", storage.toString(),
                "org.osgi.framework.system.packages.extra", shared ? SHARED : "org.slf4j;version=2.0.20",
                "felix.service.urlhandlers", "false"));
        framework.start();
    }

    /** With some bundles, started. */
    static Platform with(Path storage, List<String> names) throws BundleException {
        Platform platform = new Platform(storage, true);
        List<Bundle> bundles = new java.util.ArrayList<>();
        for (String name : names) {
            bundles.add(platform.install(name));
        }
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        return platform;
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    static Path jar(String name) {
        return FOLDERS.stream().map(folder -> folder.resolve(name + ".jar")).filter(Files::exists).findFirst()
                .orElseThrow(() -> new IllegalStateException(name + ".jar is in none of " + FOLDERS));
    }

    Bundle install(String name) throws BundleException {
        return context().installBundle(jar(name).toUri().toString());
    }

    Bundle install(MadeBundle made) throws BundleException, IOException {
        return context().installBundle(made.toString(), made.jar());
    }

    /** Makes the framework resolve bundles, and what they need, as far as it can. */
    boolean resolve(Bundle bundle) {
        return framework.adapt(FrameworkWiring.class).resolveBundles(Set.of(bundle));
    }

    /** Makes the framework let go of old revisions, and waits until it has. */
    void refresh() throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(null, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        assertTrue(refreshed.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "not refreshed");
    }

    /** Configures a graph. */
    Configuration configure(String name, Map<String, Object> properties) throws IOException, InterruptedException {
        ServiceTracker<ConfigurationAdmin, ConfigurationAdmin> tracker =
                new ServiceTracker<>(context(), ConfigurationAdmin.class, null);
        tracker.open(true); // also where the test has a class of the same name
        try {
            ConfigurationAdmin admin = tracker.waitForService(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            Configuration configuration = admin.getFactoryConfiguration("dev.varve.graph", name, "?");
            configuration.update(new Hashtable<>(properties));
            return configuration;
        } finally {
            tracker.close();
        }
    }

    /** Waits until a configured graph stands so and its report has the text; the report. */
    String await(String graph, String state, String text) throws InterruptedException {
        ServiceTracker<?, ?> tracker = tracker("(&(varve.graph=" + graph + ")(varve.state=" + state
                + ")(varve.report=" + (text.isEmpty() ? "*" : "*" + text + "*") + "))");
        tracker.open(true); // also where the test has a class of the same name
        try {
            assertNotNull(tracker.waitForService(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)),
                    () -> graph + " is not " + state + " with '" + text + "'; it is " + reports());
            return (String) tracker.getServiceReference().getProperty("varve.report");
        } finally {
            tracker.close();
        }
    }

    /** Waits until no service of a graph is left. */
    void awaitGone(String graph) throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        String filter = "(varve.graph=" + graph + ")";
        ServiceTracker<Object, Object> tracker = tracker(filter);
        tracker.open(true); // also where the test has a class of the same name
        context().addServiceListener(event -> {
            if (count(filter) == 0) {
                gone.countDown();
            }
        });
        while (count(filter) > 0 && !gone.await(100, TimeUnit.MILLISECONDS)) {
            assertNotNull(reports());
        }
        tracker.close();
        assertEquals(0, count(filter));
    }

    private ServiceTracker<Object, Object> tracker(String filter) {
        try {
            return new ServiceTracker<>(context(), context().createFilter(filter), null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private int count(String filter) {
        try {
            ServiceReference<?>[] found = context().getAllServiceReferences(null, filter);
            return found == null ? 0 : found.length;
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** What all configured graphs tell. */
    String reports() {
        try {
            ServiceReference<?>[] found = context().getAllServiceReferences(null, "(varve.state=*)");
            return found == null ? "none" : Stream.of(found).map(reference -> reference.getProperty("varve.graph")
                    + " " + reference.getProperty("varve.state") + ": " + reference.getProperty("varve.report"))
                    .toList().toString();
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The service of the one disk of a graph. */
    BlockBackend disk(String graph) {
        return service(BlockBackend.class, "(varve.graph=" + graph + ")");
    }

    <T> T service(Class<T> type, String filter) {
        try {
            Collection<ServiceReference<T>> found = context().getServiceReferences(type, filter);
            assertEquals(1, found.size(), () -> type + " " + filter + ": " + found);
            return context().getService(found.iterator().next());
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Registers a service of the test's. */
    <T> org.osgi.framework.ServiceRegistration<T> register(Class<T> type, T service, Map<String, Object> properties) {
        Dictionary<String, Object> all = new Hashtable<>(properties);
        return context().registerService(type, service, all);
    }

    /** One byte of a disk. */
    static int read(BlockBackend disk, long offset) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        disk.read(offset, one);
        return one.get(0) & 0xFF;
    }

    @Override
    public void close() throws BundleException {
        framework.stop();
        try {
            framework.waitForStop(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
