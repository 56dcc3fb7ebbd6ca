// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.ReferencePolicy;
import dev.varve.api.spi.BlockDriver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceRegistration;

/** Drivers and policies as services, several versions of one driver among them. */
class WhiteboardIT {
    private static final Map<String, Object> GRAPH =
            Map.of("graph", "{\"driver\": \"marked\", \"node-name\": \"disk\", \"read-only\": true}");

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

    private Bundle marked(String version) throws Exception {
        Bundle bundle = platform.install(MadeBundle.of("marked", version).withDriver(MarkedDriver.class,
                MarkedDriver.MarkedNode.class));
        bundle.start();
        return bundle;
    }

    private BlockLayer layer() {
        return platform.service(BlockLayer.class, "(varve.drivers=*)");
    }

    private int configured(String name) throws Exception {
        platform.configure(name, GRAPH);
        platform.await(name, "open", "");
        return Platform.read(platform.disk(name), 0);
    }

    @Test
    void opened_severalVersions_theHighestIsUsed() throws Exception {
        marked("10.0.0");
        marked("9.0.0");
        assertEquals(10, configured("vm"));
    }

    @Test
    void installed_higherVersion_openGraphsGoOnAndNewOnesUseIt() throws Exception {
        marked("1.0.0");
        assertEquals(1, configured("old"));
        BlockBackend old = platform.disk("old");
        marked("2.0.0");
        assertEquals(2, configured("new"));
        assertEquals(1, Platform.read(old, 0));
    }

    @Test
    void stopped_versionInUse_itsGraphsMoveToTheOtherAndTheOthersGoOn() throws Exception {
        Bundle first = marked("1.0.0");
        configured("old");
        marked("2.0.0");
        configured("new");
        BlockBackend other = platform.disk("new");
        first.stop();
        String report = platform.await("old", "open", "interrupted");
        assertTrue(report.contains("driver 'marked' was removed"), report);
        assertEquals(2, Platform.read(platform.disk("old"), 0));
        assertEquals(2, Platform.read(other, 0));
        assertEquals(1, KeptWarnings.take().size());
    }

    @Test
    void registered_driverOfAHigherRanking_winsOverAHigherVersion() throws Exception {
        marked("3.0.0");
        Bundle bundle = marked("1.0.0");
        BlockDriver low = (BlockDriver) bundle.loadClass(MarkedDriver.class.getName()).getConstructor().newInstance();
        ServiceRegistration<BlockDriver> ranked =
                platform.register(BlockDriver.class, low, Map.of("service.ranking", 5));
        assertEquals(1, configured("vm"));
        ranked.unregister();
        platform.await("vm", "open", "interrupted");
        assertEquals(3, Platform.read(platform.disk("vm"), 0));
    }

    @Test
    void registered_policyThatRefuses_keepsEveryGraphFromWhatImagesName() throws Exception {
        String base = folder.resolve("base.qcow2").toString();
        String top = folder.resolve("top.qcow2").toString();
        BlockLayer layer = layer();
        layer.create(NewImage.of("qcow2", base, 1 << 20));
        layer.create(NewImage.of("qcow2", top, 1 << 20).with("backing_file", base).with("backing_fmt", "qcow2"));
        ServiceRegistration<ReferencePolicy> policy =
                platform.register(ReferencePolicy.class, (image, reference) -> false, Map.of());
        BlockException refused = assertThrows(BlockException.class, () -> open(layer, top));
        assertEquals(ErrorKind.PERMISSION, refused.kind(), refused.getMessage());
        policy.unregister();
        open(layer, top);
    }

    private static void open(BlockLayer layer, String image) throws IOException {
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT)) {
            graph.add(layer.parseOptions("driver=qcow2,file.driver=file,file.filename=" + image));
        }
    }
}
