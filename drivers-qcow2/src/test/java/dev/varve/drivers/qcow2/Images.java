// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.CreateContext;
import dev.varve.api.spi.NodeEvents;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.OverlayNode;
import dev.varve.api.spi.PermissionPolicy;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Creates and opens images in memory as the runtime would. */
public final class Images {
    private static final Qcow2Driver DRIVER = new Qcow2Driver();

    private Images() {
    }

    /** A new image; options as {@code name, value, name, value}. */
    public static MemoryFile create(long size, String... options) throws IOException {
        MemoryFile file = new MemoryFile();
        create(file, size, options);
        return file;
    }

    /** Creates an image on an edge. */
    public static void create(BlockChild file, long size, String... options) throws IOException {
        Options read = DRIVER.createOptions().read(pairs(options));
        DRIVER.create(new Creation(file, size, read));
    }

    private static Map<String, Object> pairs(String... options) {
        Map<String, Object> raw = new HashMap<>();
        for (int i = 0; i < options.length; i += 2) {
            raw.put(options[i], options[i + 1]);
        }
        return raw;
    }

    /** Opens without a backing file. */
    public static OverlayNode open(BlockChild file, String... options) throws IOException {
        return open(file, MemoryFile.nothing(), options);
    }

    /** Opens for reading and writing. */
    public static OverlayNode open(BlockChild file, BlockChild backing, String... options) throws IOException {
        return open(file, backing, false, options);
    }

    /** Opens for reading. */
    public static OverlayNode openReadOnly(BlockChild file, String... options) throws IOException {
        return open(file, MemoryFile.nothing(), true, options);
    }

    /** Opens for reading, with a backing file. */
    public static OverlayNode openReadOnly(BlockChild file, BlockChild backing) throws IOException {
        return open(file, backing, true);
    }

    private static OverlayNode open(BlockChild file, BlockChild backing, boolean readOnly, String... options)
            throws IOException {
        Map<String, Object> raw = pairs(options);
        raw.put("file", "storage");
        NodeSettings settings = new NodeSettings(readOnly, false, false, false, true,
                NodeSettings.DetectZeroes.OFF, true);
        return (OverlayNode) DRIVER.open(new Opening(file, backing, settings, DRIVER.options().read(raw)));
    }

    private record Creation(BlockChild file, long size, Options options) implements CreateContext {
        @Override
        public String filename() {
            return "";
        }

        @Override
        public byte[] secret(String id) throws BlockException {
            return TestSecrets.of(id);
        }
    }

    private record Opening(BlockChild file, BlockChild backing, NodeSettings settings, Options options)
            implements OpenContext {
        @Override
        public byte[] secret(String id) throws BlockException {
            return TestSecrets.of(id);
        }

        @Override
        public NodeName nodeName() {
            return new NodeName("test");
        }

        @Override
        public NodeEvents events() {
            return () -> { };
        }

        @Override
        public BlockChild attach(String edge, Set<ChildRole> roles) {
            return file;
        }

        @Override
        public BlockChild attach(String edge, Set<ChildRole> roles, PermissionPolicy policy) {
            return file;
        }

        @Override
        public BlockChild attachBacking(Optional<ImageReference> found) {
            return backing;
        }
    }
}
