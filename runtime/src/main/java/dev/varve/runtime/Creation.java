// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.OpenPurpose;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.Options;
import dev.varve.runtime.config.DefinitionReader;
import dev.varve.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Creates one image: the file by its protocol's driver, then the format on it (QEMU's {@code bdrv_img_create}). */
final class Creation {
    private static final String BACKING_FILE = "backing_file";
    private static final String BACKING_FORMAT = "backing_fmt";

    private final Varve varve;
    private final NewImage image;
    private final BlockDriver format;
    private final Map<String, Object> ofFormat = new LinkedHashMap<>();
    private final Map<String, Object> ofProtocol = new LinkedHashMap<>();

    private Creation(Varve varve, NewImage image) throws BlockException {
        this.varve = varve;
        this.image = image;
        this.format = varve.lookup(image.driver());
    }

    static void run(Varve varve, NewImage image) throws IOException {
        new Creation(varve, image).run();
    }

    private void run() throws IOException {
        NodeDefinition storage = DefinitionReader.storage(varve.parseName(image.filename()));
        BlockDriver protocol = varve.lookup(String.valueOf(storage.options().get("driver")));
        String filename = String.valueOf(storage.options().getOrDefault("filename", image.filename()));
        divideOptions(protocol);
        Options formatOptions = format.createOptions().read(ofFormat);
        Options protocolOptions = protocol.createOptions().read(ofProtocol);
        long size = sizeOf(filename);
        boolean existed = Files.exists(Path.of(filename));
        boolean done = false;
        try {
            protocol.create(new CreateRequest(filename, 0, protocolOptions, image.secrets(), null));
            try (Graph graph = varve.newGraph(GraphSettings.DEFAULT)) {
                NodeName node = graph.add(storage.with("discard", "unmap"));
                graph.layOut(creators -> format.create(new CreateRequest(filename, size, formatOptions,
                        image.secrets(), new CreateStorage(varve, graph, creators, creators.edge(node)))));
            }
            done = true;
        } finally {
            if (!done && !existed) {
                Files.deleteIfExists(Path.of(filename));
            }
        }
    }

    /** An option belongs to the format if that declares it, else to the protocol if that does. */
    private void divideOptions(BlockDriver protocol) {
        OptionSchema formats = format.createOptions();
        OptionSchema protocols = protocol.createOptions();
        image.options().forEach((name, value) -> {
            boolean protocolOnly = formats.find(name).isEmpty() && protocols.find(name).isPresent();
            (protocolOnly ? ofProtocol : ofFormat).put(name, value);
        });
    }

    private long sizeOf(String filename) throws IOException {
        Object backing = image.options().get(BACKING_FILE);
        if (backing instanceof String name && !name.isEmpty() && (image.openBacking() || image.size().isEmpty())) {
            long backingSize = backingSize(name, filename);
            return image.size().orElse(backingSize);
        }
        return image.size().orElseThrow(() -> BlockException.invalidOption(
                "the size of '" + image.filename() + "' is missing: state it, or a backing file that has one"));
    }

    private long backingSize(String name, String filename) throws IOException {
        if (!(image.options().get(BACKING_FORMAT) instanceof String driver)) {
            throw BlockException.invalidOption("backing file '" + name + "' is given without its format ("
                    + BACKING_FORMAT + ")");
        }
        ImageReference reference = DefinitionReader.resolve(new ImageReference(name, Optional.of(driver)), filename);
        NodeDefinition definition = varve.reader().definition(reference).with("read-only", Boolean.TRUE);
        try (Graph graph = varve.newGraph(GraphSettings.DEFAULT.withProbing()
                .withPurpose(OpenPurpose.METADATA))) {
            NodeName node = graph.add(definition.with("force-share", Boolean.TRUE));
            return graph.nodes().stream().filter(view -> view.name().equals(node)).findFirst().orElseThrow().size();
        } catch (BlockException e) {
            throw new BlockException(e.kind(), "could not open backing file '" + name + "': " + e.getMessage(), e);
        }
    }
}
