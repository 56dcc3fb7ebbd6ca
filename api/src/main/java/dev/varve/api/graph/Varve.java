// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Disks in one line, for programs that embed the block layer. Uses the runtime and the drivers on the class path or
 * module path, which are found once, at the first call; under OSGi the service {@link BlockLayer} does the same.
 *
 * <p>A disk that was forgotten is closed when the garbage collector finds it; where it was opened is told to the
 * graph's {@link GraphSettings#messages} and logged as a warning.
 */
public final class Varve {
    private Varve() {
    }

    private static final class Installed {
        static final BlockLayer LAYER = BlockLayer.load();
    }

    /**
     * The installed block layer.
     *
     * @return always the same
     * @throws IllegalStateException if no runtime is on the class path or module path
     */
    public static BlockLayer layer() {
        try {
            return Installed.LAYER;
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            throw new IllegalStateException("no Varve runtime is installed", e);
        }
    }

    /**
     * Opens an image for reading, with the layers that it names. Its format is found out from its first bytes.
     *
     * @param image a file
     * @return a handle with a graph of its own; closing it closes both
     * @throws IOException if it cannot be opened
     */
    public static BlockBackend open(Path image) throws IOException {
        return open(image, Permissions.READ);
    }

    /**
     * Opens an image with the layers that it names. Its format is found out from its first bytes; a raw image found
     * that way can be read only.
     *
     * @param image a file
     * @param permissions what the user needs and what others may do meanwhile; one that writes opens it for writing
     * @return a handle with a graph of its own; closing it closes both
     * @throws IOException if it cannot be opened
     */
    public static BlockBackend open(Path image, Permissions permissions) throws IOException {
        NodeDefinition named = new NodeDefinition(Map.of("file",
                Map.of("driver", "file", "filename", image.toString())));
        return open(named, permissions);
    }

    /**
     * Opens a disk by what QEMU takes wherever it takes one: a file name, {@code json:{...}} or a {@code protocol:}
     * name. Where it states no format, that is found out from the first bytes.
     *
     * @param name the text
     * @param permissions what the user needs and what others may do meanwhile; one that writes opens it for writing
     * @return a handle with a graph of its own; closing it closes both
     * @throws IOException if it cannot be opened
     */
    public static BlockBackend open(String name, Permissions permissions) throws IOException {
        return open(layer().parseName(name), permissions);
    }

    private static BlockBackend open(NodeDefinition definition, Permissions permissions) throws IOException {
        boolean writes = permissions.uses(Permission.WRITE) || permissions.uses(Permission.RESIZE);
        NodeDefinition complete = definition.options().containsKey("read-only") ? definition
                : definition.with("read-only", !writes);
        return layer().open(complete, permissions, GraphSettings.DEFAULT.withProbing());
    }

    /**
     * Opens the nodes and objects of a graph file.
     *
     * @param json one entry or an array of them; files that it includes are relative to the working directory
     * @return a graph; the caller closes it, and opens disks by {@link BlockGraph#openBackend}
     * @throws IOException if anything in it is wrong or cannot be opened; nothing stays open then
     */
    public static BlockGraph graph(String json) throws IOException {
        return layer().openGraph(GraphFile.of(json), GraphSettings.DEFAULT);
    }

    /**
     * Opens the nodes and objects of a graph file.
     *
     * @param file the file; those that it includes are relative to its folder
     * @return a graph; the caller closes it, and opens disks by {@link BlockGraph#openBackend}
     * @throws IOException if anything in it is wrong or cannot be opened; nothing stays open then
     */
    public static BlockGraph graph(Path file) throws IOException {
        return layer().openGraph(GraphFile.read(file), GraphSettings.DEFAULT);
    }
}
