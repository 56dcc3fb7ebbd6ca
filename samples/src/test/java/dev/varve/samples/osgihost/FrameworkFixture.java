// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.osgihost;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.samples.embedding.ReadDisk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.FrameworkWiring;

/** A framework for one test, with the bundles that the build made and a client in the same class space. */
final class FrameworkFixture implements AutoCloseable {
    static final Path BUNDLES = Path.of(System.getProperty("varve.bundles"));
    /** The bundles of a small installation, the client last. */
    static final List<String> NAMES = List.of("varve-api", "varve-runtime", "varve-drivers-raw", "varve-drivers-qcow2",
            "varve-filters", "jackson-core", "client");

    private static final String CLIENT = "client";
    private static final long PATIENCE_SECONDS = 30;

    private final Framework framework;

    FrameworkFixture(Path storage) throws BundleException {
        framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(Map.of(
                "org.osgi.framework.storage", storage.toString(),
                "org.osgi.framework.system.packages.extra", "org.slf4j;version=2.0.20",
                "felix.service.urlhandlers", "false"));
        framework.start();
    }

    Bundle install(String name) throws BundleException, IOException {
        BundleContext context = framework.getBundleContext();
        return name.equals(CLIENT) ? context.installBundle(CLIENT, clientJar())
                : context.installBundle(jar(name).toUri().toString());
    }

    static Path jar(String name) {
        Path jar = BUNDLES.resolve(name + ".jar");
        assertTrue(Files.exists(jar), () -> jar + " is missing");
        return jar;
    }

    private static InputStream clientJar() throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", CLIENT);
        attributes.putValue("Bundle-Activator", DiskClient.class.getName());
        attributes.putValue("Import-Package", "org.osgi.framework,dev.varve.api.block,dev.varve.api.graph,"
                + "dev.varve.api.spi");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (String type : List.of(DiskClient.class.getName(), DiskClient.class.getName() + "$Requests",
                    ReadDisk.class.getName())) {
                String resource = type.replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(resource));
                try (InputStream in = DiskClient.class.getClassLoader().getResourceAsStream(resource)) {
                    in.transferTo(jar);
                }
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    /** Has the client do something. */
    @SuppressWarnings("unchecked")
    String client(String... words) throws Exception {
        BundleContext context = framework.getBundleContext();
        @SuppressWarnings("rawtypes")
        Collection<ServiceReference<Function>> found =
                context.getServiceReferences(Function.class, "(varve.client=true)");
        ServiceReference<?> reference = found.iterator().next();
        Function<List<String>, String> client = (Function<List<String>, String>) context.getService(reference);
        try {
            return client.apply(List.of(words));
        } finally {
            context.ungetService(reference);
        }
    }

    /** Makes the framework let go of old revisions of a bundle, and waits until it has. */
    void refresh(Bundle bundle) throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(Set.of(bundle), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        assertTrue(refreshed.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "not refreshed");
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
