// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Measurement;
import dev.varve.api.block.Permissions;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.SharedObject;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The way in: makes graphs, reads definitions, creates images. Implemented by the runtime, which is found by
 * {@link ServiceLoader} on the class path and the module path and registered as a service in OSGi. Thread-safe.
 */
public interface BlockLayer {
    /**
     * The installed runtime, with the drivers that ServiceLoader finds.
     *
     * @return a new instance
     * @throws IllegalStateException if no runtime is on the class path or module path
     */
    static BlockLayer load() {
        return ServiceLoader.load(BlockLayer.class, BlockLayer.class.getClassLoader()).findFirst()
                .or(() -> ServiceLoader.load(BlockLayer.class).findFirst())
                .orElseThrow(() -> new IllegalStateException("no Varve runtime is installed"));
    }

    /**
     * An empty graph.
     *
     * @param settings how it treats what it is given
     * @return a new graph; the caller closes it
     */
    BlockGraph newGraph(GraphSettings settings);

    /**
     * Opens a disk with a graph of its own, which is closed together with it.
     *
     * @param definition its root with everything below
     * @param permissions what the user needs and what others may do meanwhile
     * @param settings how the graph treats what it is given
     * @return a handle; the user closes it
     * @throws IOException if anything cannot be opened; nothing stays open then
     */
    BlockBackend open(NodeDefinition definition, Permissions permissions, GraphSettings settings) throws IOException;

    /**
     * Reads what QEMU takes wherever it takes a disk: a file name, a {@code json:{...}} definition, or a
     * {@code protocol:} name such as {@code null-co:}. A definition without {@code driver} for its format is left to
     * be probed or completed with {@link NodeDefinition#with}.
     *
     * @param name the text
     * @return a definition
     * @throws BlockException of kind INVALID_OPTION with line and column, if JSON is wrong
     */
    NodeDefinition parseName(String name) throws BlockException;

    /**
     * Reads an option string: {@code driver=qcow2,file.filename=disk.qcow2} with {@code ,,} for a comma.
     *
     * @param options the text
     * @return a definition
     * @throws BlockException of kind INVALID_OPTION that names the fault
     */
    NodeDefinition parseOptions(String options) throws BlockException;

    /**
     * Reads the nodes of a graph file that has nothing but nodes, properties and includes.
     *
     * @param json the text
     * @return the definitions in order; later ones may refer to earlier ones by node-name
     * @throws BlockException of kind INVALID_OPTION with line and column, or if the file has objects as well
     */
    List<NodeDefinition> parseGraph(String json) throws BlockException;

    /**
     * Reads a graph file and those that it includes.
     *
     * @param file the file
     * @return what they define
     * @throws BlockException of kind INVALID_OPTION for wrong JSON, with line and column, for properties without value
     *         and for files that include each other; IO for one that cannot be read
     */
    GraphDefinition readGraph(GraphFile file) throws BlockException;

    /**
     * Makes the objects of {@code --object} and of graph files: secrets, and what nodes share.
     *
     * @param settings of a graph
     * @param definitions {@code qom-type}, {@code id} and the kind's options each; a secret may name earlier ones
     * @return settings by which the graph finds the objects, beside those that it found before
     * @throws BlockException of kind INVALID_OPTION that names the object's fault, NOT_FOUND for a secret that is
     *         missing, IO for one whose file cannot be read
     */
    GraphSettings withObjects(GraphSettings settings, List<? extends Map<String, ?>> definitions)
            throws BlockException;

    /**
     * Opens everything that a graph file defines.
     *
     * @param file the file
     * @param settings how the graph treats what it is given
     * @return a graph; the caller closes it, and opens disks by {@link BlockGraph#openBackend}
     * @throws IOException if anything in it is wrong or cannot be opened; nothing stays open then
     */
    default BlockGraph openGraph(GraphFile file, GraphSettings settings) throws IOException {
        GraphDefinition definition = readGraph(file);
        BlockGraph graph = newGraph(withObjects(settings, definition.objects()));
        boolean done = false;
        try {
            for (NodeDefinition node : definition.nodes()) {
                graph.add(node);
            }
            done = true;
            return graph;
        } finally {
            if (!done) {
                graph.close();
            }
        }
    }

    /**
     * Makes an object that nodes share, of a kind that one of the installed drivers knows (QEMU's {@code --object}).
     * Give it to graphs with {@link GraphSettings#withObject}.
     *
     * @param definition {@code qom-type}, {@code id} and the kind's options, nested or with dots in their names
     * @return a new object
     * @throws BlockException of kind INVALID_OPTION that says what is wrong and what is allowed
     */
    SharedObject newObject(Map<String, ?> definition) throws BlockException;

    /**
     * Creates an image file.
     *
     * @param image what to create
     * @throws IOException if it cannot be created; a file that this call made is removed then
     */
    void create(NewImage image) throws IOException;

    /**
     * Tells how large an image would be; creates nothing.
     *
     * @param image as {@link #create} takes it; its file name is not looked at
     * @param source the disk that would be copied into it; its size counts where the image states none
     * @return how much storage it takes
     * @throws IOException of kind UNSUPPORTED where the format cannot tell
     */
    Measurement measure(NewImage image, Optional<BlockBackend> source) throws IOException;

    /**
     * The drivers that are installed now.
     *
     * @return a snapshot, by name
     */
    Collection<BlockDriver> drivers();

    /**
     * The options that every node has, whatever its driver.
     *
     * @return constant; {@link BlockDriver#options} has those of a driver besides
     */
    OptionSchema nodeOptions();
}
