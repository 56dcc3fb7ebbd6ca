// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.testimage;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeEvents;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.PermissionPolicy;
import dev.varve.drivers.qcow2.Qcow2Driver;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a driver may ask when it opens an image that lies in one file, without the runtime and without a backing file.
 *
 * @param file the file
 * @param settings how the node is opened
 */
public record OneFile(BlockChild file, NodeSettings settings) implements OpenContext {
    private static final NodeSettings READ_ONLY = new NodeSettings(true, false, false, false, false,
            NodeSettings.DetectZeroes.OFF, true);

    /** Opens an image read-only. */
    public static BlockNode openReadOnly(BlockChild file) throws IOException {
        return new Qcow2Driver().open(new OneFile(file, READ_ONLY));
    }

    /** Opens an image for writing. */
    public static BlockNode openWritable(BlockChild file) throws IOException {
        return new Qcow2Driver().open(new OneFile(file, NodeSettings.DEFAULT));
    }

    @Override
    public NodeName nodeName() {
        return new NodeName("image");
    }

    @Override
    public Options options() {
        try {
            return new Qcow2Driver().options().read(Map.of("file", "file"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
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
        return StoredFile.nothing();
    }
}
