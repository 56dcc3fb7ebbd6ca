// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.ReferencePolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;

/** Graphs that Configuration Admin holds. */
class ConfiguredGraphIT {
    private static final long SEED = 20261123;
    private static final int ORDERS = 6;

    private Platform platform;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        platform = Platform.with(folder.resolve("framework"), Platform.USUAL);
        KeptWarnings.take();
    }

    @AfterEach
    void stop() throws Exception {
        platform.close();
    }

    /** A raw image full of one byte. */
    private String image(String name, int content) throws IOException {
        byte[] bytes = new byte[1 << 20];
        Arrays.fill(bytes, (byte) content);
        return Files.write(folder.resolve(name), bytes).toString();
    }

    private static Map<String, Object> raw(String image) {
        return Map.of("graph", "{\"driver\": \"raw\", \"node-name\": \"disk\", \"file\": {\"driver\": \"file\", "
                + "\"filename\": \"" + image + "\"}}");
    }

    private static void assertClosed(BlockBackend disk) {
        BlockException refused = assertThrows(BlockException.class, disk::size);
        assertEquals(ErrorKind.CLOSED, refused.kind());
    }

    @Test
    void created_graph_isOpenAndItsDiskAService() throws Exception {
        platform.configure("vm", raw(image("a", 7)));
        assertEquals("it is open with the disks disk", platform.await("vm", "open", ""));
        BlockBackend disk = platform.service(BlockBackend.class, "(&(varve.graph=vm)(varve.disk=disk)"
                + "(varve.read-only=false)(service.pid=dev.varve.graph~vm))");
        assertEquals(7, Platform.read(disk, 4711));
        disk.write(4711, ByteBuffer.wrap(new byte[] {9}));
        assertEquals(9, Platform.read(disk, 4711));
        assertEquals(2, platform.service(BlockGraph.class, "(varve.graph=vm)").nodes().size());
    }

    @Test
    void created_severalDisksFromAFile_eachIsAService() throws Exception {
        Path file = Files.writeString(folder.resolve("graph.json"), """
                [{"driver": "memory", "node-name": "a", "size": 1048576},
                 {"driver": "memory", "node-name": "b", "size": 2097152, "read-only": true}]""");
        platform.configure("pair", Map.of("graph.file", file.toString(), "owner.team", "storage"));
        platform.await("pair", "open", "");
        assertEquals(1 << 20, platform.service(BlockBackend.class, "(varve.disk=a)").size());
        assertEquals(2 << 20, platform.service(BlockBackend.class,
                "(&(varve.disk=b)(varve.read-only=true)(owner.team=storage))").size());
    }

    @Test
    void updated_otherGraph_replacesTheOldOneAndKeepsWhatWasWritten() throws Exception {
        String first = image("a", 1);
        Configuration configuration = platform.configure("vm", raw(first));
        platform.await("vm", "open", "");
        BlockBackend old = platform.disk("vm");
        old.write(0, ByteBuffer.wrap(new byte[] {5}));
        configuration.update(new Hashtable<>(raw(image("b", 2))));
        platform.await("vm", "open", "was replaced");
        assertClosed(old);
        assertEquals(2, Platform.read(platform.disk("vm"), 0));
        assertEquals(5, Files.readAllBytes(Path.of(first))[0]);
    }

    @Test
    void updated_sameContent_leavesTheDiskAlone() throws Exception {
        Map<String, Object> same = raw(image("a", 1));
        Configuration configuration = platform.configure("vm", same);
        platform.await("vm", "open", "");
        BlockBackend disk = platform.disk("vm");
        configuration.update(new Hashtable<>(same));
        platform.configure("later", raw(image("b", 2)));
        platform.await("later", "open", "");
        assertSame(disk, platform.disk("vm"));
    }

    @Test
    void deleted_graph_isClosedAndItsServicesGone() throws Exception {
        Configuration configuration = platform.configure("vm", raw(image("a", 1)));
        platform.await("vm", "open", "");
        BlockBackend disk = platform.disk("vm");
        configuration.delete();
        platform.awaitGone("vm");
        assertClosed(disk);
    }

    @Test
    void created_badDefinition_isReportedOnceWithItsPlace() throws Exception {
        platform.configure("bad", Map.of("graph", "{\"driver\": \"raw\",\n \"file\": }"));
        String report = platform.await("bad", "failed", "cannot be opened");
        assertTrue(report.contains("line 2"), report);
        platform.install("varve-plugin-vdi").start();
        List<String> warnings = KeptWarnings.take();
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.getFirst().startsWith("disk graph 'bad' (dev.varve.graph~bad): "), warnings::toString);
    }

    @Test
    void updated_keyIsUnknown_keepsTheGraphAndTellsWhatWasMeant() throws Exception {
        Configuration configuration = platform.configure("vm", raw(image("a", 1)));
        platform.await("vm", "open", "");
        BlockBackend disk = platform.disk("vm");
        configuration.update(new Hashtable<>(Map.of("grahp", "{}")));
        String report = platform.await("vm", "open", "refused");
        assertTrue(report.contains("unknown key 'grahp'; did you mean 'graph'?"), report);
        assertEquals(1, Platform.read(disk, 0));
    }

    @Test
    void created_driverIsMissing_waitsAndOpensWhenItComes() throws Exception {
        String image = folder.resolve("disk.vdi").toString();
        platform.configure("later", Map.of("graph", "{\"driver\": \"vdi\", \"node-name\": \"disk\", \"file\": "
                + "{\"driver\": \"file\", \"filename\": \"" + image + "\"}}"));
        assertEquals("it waits for driver 'vdi'", platform.await("later", "waiting", ""));
        Bundle vdi = platform.install("varve-plugin-vdi");
        vdi.start();
        String failed = platform.await("later", "failed", "");
        assertTrue(failed.contains("disk.vdi"), failed);
        platform.service(BlockLayer.class, "(varve.drivers=vdi)").create(NewImage.of("vdi", image, 8 << 20));
        vdi.stop();
        platform.await("later", "waiting", "vdi");
        vdi.start();
        platform.await("later", "open", "");
        assertEquals(0, Platform.read(platform.disk("later"), 0));
    }

    @Test
    void runtimeRestarted_graphWasOpen_isOpenAgain() throws Exception {
        platform.configure("vm", raw(image("a", 3)));
        platform.await("vm", "open", "");
        Bundle runtime = Arrays.stream(platform.context().getBundles())
                .filter(bundle -> "dev.varve.runtime".equals(bundle.getSymbolicName())).findFirst().orElseThrow();
        BlockBackend before = platform.disk("vm");
        runtime.stop();
        platform.await("vm", "waiting", "block layer");
        assertClosed(before);
        runtime.start();
        platform.await("vm", "open", "");
        assertEquals(3, Platform.read(platform.disk("vm"), 0));
    }

    @Test
    void created_policyIsNamed_graphFollowsItsComingAndGoing() throws Exception {
        Map<String, Object> named = new Hashtable<>(raw(image("a", 4)));
        named.put("references", "tenants");
        platform.configure("vm", named);
        platform.await("vm", "waiting", "reference policy 'tenants'");
        ServiceRegistration<ReferencePolicy> policy = platform.register(ReferencePolicy.class, ReferencePolicy.ALLOW,
                Map.of("varve.policy", "tenants"));
        platform.await("vm", "open", "");
        BlockBackend disk = platform.disk("vm");
        policy.unregister();
        platform.await("vm", "waiting", "its reference policy went");
        assertClosed(disk);
    }

    @Test
    void started_bundlesInAnyOrder_configuredGraphIsOpen() throws Exception {
        String image = image("a", 6);
        Random random = new Random(SEED);
        for (int i = 0; i < ORDERS; i++) {
            List<String> names = new ArrayList<>(Platform.USUAL);
            Collections.shuffle(names, random);
            try (Platform other = new Platform(folder.resolve("order" + i), true)) {
                List<Bundle> bundles = new ArrayList<>();
                for (String name : names) {
                    bundles.add(other.install(name));
                }
                Collections.shuffle(bundles, random);
                boolean configured = false;
                for (Bundle bundle : bundles) {
                    bundle.start();
                    if (bundle.getSymbolicName().endsWith("configadmin")) {
                        other.configure("vm", raw(image));
                        configured = true;
                    }
                }
                assertTrue(configured);
                other.await("vm", "open", "");
                assertEquals(6, Platform.read(other.disk("vm"), 0), () -> "seed " + SEED + ", " + bundles);
            }
        }
    }
}
