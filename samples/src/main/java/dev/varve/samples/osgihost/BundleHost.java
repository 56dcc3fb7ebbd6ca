// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.osgihost;

import dev.varve.api.graph.BlockLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** An OSGi framework with the bundles of a folder. Closing it stops them. */
final class BundleHost implements AutoCloseable {
    private static final long STOP_MILLIS = 10_000;
    // What this program has on its own class path and shares with the bundles: it calls the API, and it chooses where
    // logging goes. As a bundle slf4j-api would want a service loader mediator besides.
    private static final Set<String> SHARED = Set.of("dev.varve.api", "slf4j.api");
    private static final String SHARED_PACKAGES = "dev.varve.api.block;version=0.1.0,dev.varve.api.graph;version=0.1.0,"
            + "dev.varve.api.job;version=0.1.0,dev.varve.api.spi;version=0.1.0,org.slf4j;version=2.0.20";

    private final Framework framework;

    private BundleHost(Framework framework) {
        this.framework = framework;
    }

    /**
     * Starts a framework and all bundles.
     *
     * @param bundles a folder of jars
     * @param storage an empty folder for the framework
     * @return the running host
     */
    static BundleHost start(Path bundles, Path storage) throws IOException, BundleException {
        FrameworkFactory factory = ServiceLoader.load(FrameworkFactory.class).findFirst()
                .orElseThrow(() -> new IllegalStateException("no OSGi framework is on the class path"));
        Framework framework = factory.newFramework(Map.of(
                Constants.FRAMEWORK_STORAGE, storage.toString(),
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SHARED_PACKAGES,
                "felix.service.urlhandlers", "false"));
        BundleHost host = new BundleHost(framework);
        try {
            framework.start();
            host.startAll(bundles);
            return host;
        } catch (IOException | BundleException | RuntimeException e) {
            host.close();
            throw e;
        }
    }

    private void startAll(Path folder) throws IOException, BundleException {
        BundleContext context = framework.getBundleContext();
        List<Bundle> installed = new ArrayList<>();
        for (Path jar : jars(folder)) {
            if (!SHARED.contains(symbolicName(jar))) {
                installed.add(context.installBundle(jar.toUri().toString()));
            }
        }
        for (Bundle bundle : installed) {
            bundle.start();
        }
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    private static String symbolicName(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String name = manifest == null ? null
                    : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
            if (name == null) {
                throw new IOException(jar + " is not a bundle");
            }
            int directives = name.indexOf(';');
            return directives < 0 ? name : name.substring(0, directives);
        }
    }

    /** Installs and starts one bundle more, while everything runs. */
    Bundle install(Path jar) throws BundleException {
        Bundle bundle = framework.getBundleContext().installBundle(jar.toUri().toString());
        bundle.start();
        return bundle;
    }

    /** The bundles, name and state. */
    List<String> bundles() {
        return Stream.of(framework.getBundleContext().getBundles())
                .map(bundle -> bundle.getSymbolicName() + " " + bundle.getVersion()
                        + (bundle.getState() == Bundle.ACTIVE ? "" : " (not active)"))
                .toList();
    }

    /** The block layer that the runtime's bundle registered. */
    BlockLayer blockLayer() {
        BundleContext context = framework.getBundleContext();
        ServiceReference<BlockLayer> reference = context.getServiceReference(BlockLayer.class);
        BlockLayer layer = reference == null ? null : context.getService(reference);
        if (layer == null) {
            throw new IllegalStateException("no bundle registered a " + BlockLayer.class.getName());
        }
        return layer;
    }

    @Override
    public void close() throws BundleException {
        framework.stop();
        try {
            framework.waitForStop(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
