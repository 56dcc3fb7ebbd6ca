// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.osgihost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.samples.chain.QemuTools;
import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** A driver's bundle goes and comes back while its disks are in use. */
class StoppedDriverIT {
    private static final int CYCLES = 50;
    private static final int COLLECTIONS = 50;
    private static final long COLLECTION_MILLIS = 100;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final Map<String, Bundle> bundles = new HashMap<>();
    private FrameworkFixture framework;
    private String image;

    @TempDir
    private Path folder;

    @BeforeEach
    void startAll() throws Exception {
        image = TestDisk.write(folder.resolve("chain"));
        framework = new FrameworkFixture(folder.resolve("framework"));
        for (String name : FrameworkFixture.NAMES) {
            bundles.put(name, framework.install(name));
        }
        for (String name : FrameworkFixture.NAMES) {
            bundles.get(name).start();
        }
    }

    @AfterEach
    void stopAll() throws Exception {
        framework.close();
    }

    private Bundle qcow2() {
        return bundles.get("varve-drivers-qcow2");
    }

    @Test
    void stop_diskBeingRead_endsItsReaderWithAClearException() throws Exception {
        framework.client("hold", image);
        qcow2().stop();
        String later = framework.client("request");
        String ending = framework.client("ending");
        assertClosedByDriver(ending);
        assertClosedByDriver(later);
    }

    private static void assertClosedByDriver(String failure) {
        assertTrue(failure.startsWith("CLOSED "), failure);
        assertTrue(failure.contains("driver 'qcow2'"), failure);
    }

    @Test
    void stop_diskOpen_closesItsFilesBeforeTheStopReturns() throws Exception {
        assumeTrue(Files.isDirectory(DESCRIPTORS), "skipped: this system has no " + DESCRIPTORS);
        framework.client("hold", image);
        assertTrue(openImages() > 0);
        qcow2().stop();
        assertEquals(0, openImages());
        framework.client("ending");
    }

    @Test
    void stop_diskBeingWritten_keepsWhatWasAcknowledgedAndLeavesACleanImage() throws Exception {
        String written = folder.resolve("written.qcow2").toString();
        framework.client("create", written);
        framework.client("write", written);
        qcow2().stop();
        assertClosedByDriver(framework.client("ending"));
        qcow2().start();
        assertEquals("", framework.client("verify", written));
        String found = QemuTools.img("check", "-f", "qcow2", written);
        assertTrue(found.contains("No errors were found"), found);
    }

    @Test
    void read_driverStopped_isRefusedAndNamesTheDriver() throws Exception {
        qcow2().stop();
        Exception refused = assertThrows(Exception.class, () -> framework.client("read", image));
        assertTrue(refused.getMessage().contains("qcow2"), refused.getMessage());
    }

    @Test
    void start_afterStop_readsAgain() throws Exception {
        qcow2().stop();
        qcow2().start();
        assertEquals(TestDisk.expected(), framework.client("read", image));
    }

    @Test
    void stop_protocolUnderTheFormat_endsTheReaderWithAClearException() throws Exception {
        framework.client("hold", image);
        bundles.get("varve-drivers-raw").stop();
        String ending = framework.client("ending");
        assertTrue(ending.startsWith("CLOSED "), ending);
        assertTrue(ending.contains("driver 'file'"), ending);
        bundles.get("varve-drivers-raw").start();
        assertEquals(TestDisk.expected(), framework.client("read", image));
    }

    @Test
    void stop_runtime_endsTheReaderAndTheNextRuntimeReads() throws Exception {
        framework.client("hold", image);
        bundles.get("varve-runtime").stop();
        String ending = framework.client("ending");
        assertTrue(ending.startsWith("CLOSED "), ending);
        bundles.get("varve-runtime").start();
        assertEquals(TestDisk.expected(), framework.client("read", image));
    }

    @Test
    void cycles_stopUpdateStart_leakNothing() throws Exception {
        cycle();
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        long descriptors = openDescriptors();
        List<WeakReference<ClassLoader>> gone = new ArrayList<>();
        ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
        for (int i = 0; i < CYCLES; i++) {
            gone.add(new WeakReference<>(qcow2().adapt(BundleWiring.class).getClassLoader(), collected));
            cycle();
        }
        Set<Thread> more = new HashSet<>(Thread.getAllStackTraces().keySet());
        more.removeAll(threads);
        assertEquals(Set.of(), more, "threads");
        assertEquals(0, openImages(), "images still open");
        // The framework and the JVM open a file or two when they like; a leak would be one for each cycle.
        long grown = openDescriptors() - descriptors;
        assertTrue(grown < CYCLES / 5, () -> grown + " more file descriptors are open");
        assertCollected(gone, collected);
    }

    /** A disk is being read, the driver is stopped, made new and started, and the disk is read. */
    private void cycle() throws Exception {
        framework.client("hold", image);
        qcow2().stop();
        assertClosedByDriver(framework.client("ending"));
        try (var jar = Files.newInputStream(FrameworkFixture.jar("varve-drivers-qcow2"))) {
            qcow2().update(jar);
        }
        framework.refresh(qcow2());
        qcow2().start();
        assertEquals(TestDisk.expected(), framework.client("read", image));
    }

    private static void assertCollected(List<WeakReference<ClassLoader>> loaders, ReferenceQueue<ClassLoader> collected)
            throws InterruptedException {
        long left = loaders.size();
        for (int i = 0; i < COLLECTIONS && left > 0; i++) {
            System.gc();
            if (collected.remove(COLLECTION_MILLIS) != null) {
                left = loaders.stream().filter(loader -> loader.get() != null).count();
            }
        }
        assertEquals(0, left, "class loaders of old revisions are still reachable");
    }

    private long openImages() throws IOException {
        return descriptors().stream().filter(target -> target.startsWith(folder.resolve("chain"))).count();
    }

    private static long openDescriptors() throws IOException {
        return descriptors().size();
    }

    /** What the open file descriptors lead to; none where the system does not tell. */
    private static List<Path> descriptors() throws IOException {
        List<Path> targets = new ArrayList<>();
        if (Files.isDirectory(DESCRIPTORS)) {
            try (Stream<Path> links = Files.list(DESCRIPTORS)) {
                for (Path link : links.toList()) {
                    try {
                        targets.add(Files.readSymbolicLink(link));
                    } catch (IOException e) {
                        // The descriptor of the listing itself is closed by now.
                    }
                }
            }
        }
        return targets;
    }
}
