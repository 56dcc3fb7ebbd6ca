// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.osgihost;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.spi.BlockDriver;
import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.chain.ChainWriter;
import dev.varve.samples.embedding.ReadDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.BundleException;

/** Starts an OSGi framework, installs the bundles of a folder, finds the block layer and reads a chain with it. */
public final class OsgiHost {
    private static final ChainPlan CHAIN = new ChainPlan(20, 8L << 20, ChainShape.MIXED);

    private OsgiHost() {}

    /**
     * Entry point.
     *
     * @param args a folder of bundles, and optionally a qcow2 image; without it a chain of 20 layers is made
     * @throws IOException if the image cannot be read
     * @throws BundleException if a bundle cannot be installed or started
     */
    public static void main(String[] args) throws IOException, BundleException {
        if (args.length < 1 || args.length > 2) {
            System.err.println("Usage: OsgiHost FOLDER-OF-BUNDLES [IMAGE]");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("varve-osgi-host");
        try (BundleHost host = BundleHost.start(Path.of(args[0]), folder.resolve("framework"))) {
            host.bundles().forEach(bundle -> System.out.println("bundle " + bundle));
            BlockLayer layer = host.blockLayer();
            System.out.println("drivers " + layer.drivers().stream().map(BlockDriver::name)
                    .collect(Collectors.joining(", ")));
            String image = args.length == 2 ? args[1] : new ChainWriter(CHAIN).write(folder).toString();
            System.out.println("read " + ReadDisk.describe(layer, image));
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = new ArrayList<>(files.toList());
        }
        for (Path file : all.reversed()) {
            Files.delete(file);
        }
    }
}
