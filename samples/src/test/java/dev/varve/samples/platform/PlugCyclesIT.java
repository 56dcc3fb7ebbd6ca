// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.NewImage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/**
 * A format's bundle comes, is used, stopped, updated, used and uninstalled, again and again, while its disk and another
 * one are written and read. {@code -Dvarve.plug.cycles=1000} is a week of it.
 */
class PlugCyclesIT {
    private static final int CYCLES = Integer.getInteger("varve.plug.cycles", 15);
    private static final long SEED = Long.getLong("varve.seed", 20261123);
    private static final int WARM_UP = 5;
    private static final int BLOCKS = 2048;
    private static final int COLLECTIONS = 50;
    private static final long COLLECTION_MILLIS = 50;
    private static final long HEAP_GROWTH = 8 << 20;
    private static final int DESCRIPTOR_GROWTH = 8;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
    private final Traffic plugged = new Traffic(BLOCKS, SEED);
    private final Traffic steady = new Traffic(BLOCKS, SEED + 1);
    private Platform platform;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        platform = Platform.with(folder.resolve("framework"), Platform.USUAL);
        Bundle vdi = platform.install("varve-plugin-vdi");
        vdi.start();
        BlockLayer layer = platform.service(BlockLayer.class, "(varve.drivers=vdi)");
        for (String format : List.of("vdi", "qcow2")) {
            layer.create(NewImage.of(format, image(format), 8 << 20));
        }
        vdi.uninstall();
        platform.configure("plugged", graph("vdi"));
        platform.configure("steady", graph("qcow2"));
        platform.await("steady", "open", "");
        platform.await("plugged", "waiting", "vdi");
        KeptWarnings.take();
    }

    @AfterEach
    void stop() throws Exception {
        platform.close();
    }

    private String image(String format) {
        return folder.resolve("disk." + format).toString();
    }

    private Map<String, Object> graph(String format) {
        return Map.of("graph", "{\"driver\": \"" + format + "\", \"node-name\": \"disk\", \"file\": {\"driver\": "
                + "\"file\", \"filename\": \"" + image(format) + "\"}}");
    }

    @Test
    void cycles_installStartUseStopUpdateUseUninstall_leakNothingAndLoseNothing() throws Exception {
        steady.begin(platform.disk("steady"));
        for (int i = 0; i < WARM_UP; i++) {
            cycle();
        }
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        assertCollected();
        long heap = heap();
        int descriptors = descriptors();
        long before = System.nanoTime();
        for (int i = 0; i < CYCLES; i++) {
            cycle();
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
        steady.end();
        int seen = loaders.size();
        assertCollected();
        Set<Thread> more = new HashSet<>(Thread.getAllStackTraces().keySet());
        more.removeAll(threads);
        long grown = heap() - heap;
        int opened = descriptors() - descriptors;
        System.out.println("plugging: " + CYCLES + " cycles in " + millis + " ms, seed " + SEED + "; " + seen
                + " class loaders collected, " + more.size() + " threads, " + opened + " descriptors, " + grown
                + " bytes of heap more; requests: " + plugged.requests() + " plugged, " + steady.requests()
                + " steady; classes " + ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
        assertEquals(Set.of(), more, "threads");
        assertTrue(opened <= DESCRIPTOR_GROWTH, () -> opened + " descriptors more");
        assertTrue(grown <= HEAP_GROWTH, () -> grown + " bytes of heap more");
    }

    private void cycle() throws Exception {
        Bundle bundle = platform.install("varve-plugin-vdi");
        use(bundle);
        bundle.stop();
        assertInterrupted();
        try (InputStream jar = Files.newInputStream(Platform.jar("varve-plugin-vdi"))) {
            bundle.update(jar);
        }
        use(bundle);
        bundle.uninstall();
        assertInterrupted();
    }

    private void use(Bundle bundle) throws Exception {
        bundle.start();
        loaders.add(new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader(), collected));
        plugged.begin(platform.disk("plugged"));
    }

    /** The user was told, and so was the log: once. */
    private void assertInterrupted() throws InterruptedException {
        plugged.assertInterruptedBy("vdi");
        List<String> warnings = KeptWarnings.take();
        assertEquals(1, warnings.size(), warnings::toString);
        String report = warnings.getFirst();
        assertTrue(report.startsWith("disk graph 'plugged' ") && report.contains("driver 'vdi' was removed")
                && report.endsWith("it waits for driver 'vdi'"), report);
    }

    private void assertCollected() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS && !loaders.isEmpty(); i++) {
            System.gc();
            collected.remove(COLLECTION_MILLIS);
            loaders.removeIf(loader -> loader.get() == null);
        }
        assertEquals(0, loaders.size(), "class loaders of bundles that went are still reachable");
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static int descriptors() throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        try (Stream<Path> links = Files.list(DESCRIPTORS)) {
            return (int) links.count();
        }
    }
}
