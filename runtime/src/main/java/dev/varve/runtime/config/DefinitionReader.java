// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ImageReference;
import dev.varve.api.graph.GraphDefinition;
import dev.varve.api.graph.GraphFile;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NearestWord;
import dev.varve.api.spi.NodeKind;
import dev.varve.runtime.registry.DriverLookup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads everything that QEMU takes where it takes a disk. Thread-safe. */
public final class DefinitionReader {
    private static final String DRIVER = "driver";
    private static final String FILE = "file";
    private static final String FILENAME = "filename";

    private final DriverLookup drivers;

    /**
     * A reader.
     *
     * @param drivers those whose protocol names are understood
     */
    public DefinitionReader(DriverLookup drivers) {
        this.drivers = drivers;
    }

    /**
     * Reads a name: {@code json:{...}}, {@code protocol:...}, or the name of a file or device. Where it has a colon
     * before the first slash, what stands before the colon must be an installed protocol; {@code ./a:b} is the file
     * {@code a:b}. Names inside JSON are taken as they are, as in QEMU.
     *
     * @param name the text
     * @return the definition; for anything but JSON the node's own format is left open:
     *         {@code {file: {driver: ..., filename: ...}}}
     * @throws BlockException of kind INVALID_OPTION; for JSON with line and column after {@code json:}
     */
    public NodeDefinition parseName(String name) throws BlockException {
        return name.startsWith(FileNames.JSON) ? JsonDefinitions.readOne(name.substring(FileNames.JSON.length()))
                : new NodeDefinition(Map.of(FILE, storage(name)));
    }

    /**
     * Reads a name whose format is stated beside it ({@code -f}, or the backing format of an image). The format goes
     * before a {@code driver} in JSON, as in QEMU. A protocol as format opens the name without a format above.
     *
     * @param name the text
     * @param format the value of {@code driver}
     * @return the definition
     * @throws BlockException as {@link #parseName(String)}
     */
    public NodeDefinition parseName(String name, String format) throws BlockException {
        NodeDefinition parsed = parseName(name);
        boolean protocol = drivers.find(format).filter(driver -> driver.kind() == NodeKind.PROTOCOL).isPresent();
        if (protocol && !name.startsWith(FileNames.JSON)) {
            return new NodeDefinition(storage(name)).with(DRIVER, format);
        }
        Map<String, Object> options = new LinkedHashMap<>();
        options.put(DRIVER, format);
        parsed.options().forEach(options::putIfAbsent);
        return new NodeDefinition(options);
    }

    /**
     * Reads an option string: {@code driver=qcow2,file.filename=disk.qcow2} with {@code ,,} for a comma, dots for
     * nesting and numbers for list elements. All values are strings; an empty one stands for no backing file.
     *
     * @param options the text
     * @return the definition
     * @throws BlockException of kind INVALID_OPTION that names the fault
     */
    public NodeDefinition parseOptions(String options) throws BlockException {
        return new NodeDefinition(OptionString.read(options));
    }

    /**
     * Reads the nodes of a graph file that has nothing but nodes, properties and includes, nested at most 10,000 levels
     * deep.
     *
     * @param json the text
     * @return the definitions in order
     * @throws BlockException of kind INVALID_OPTION with line and column, or if the file has objects as well
     */
    public List<NodeDefinition> parseGraph(String json) throws BlockException {
        GraphDefinition definition = GraphFiles.read(GraphFile.of(json));
        if (!definition.objects().isEmpty()) {
            throw BlockException.invalidOption("the graph file has objects, where only nodes are taken");
        }
        return definition.nodes();
    }

    /**
     * A name found in an image, made independent of the working folder (QEMU's
     * {@code bdrv_get_full_backing_filename}): a relative one is meant relative to the image's own folder; absolute
     * names, names with a protocol and JSON stay as they are.
     *
     * @param reference the name as the image holds it
     * @param imageFilename the name of the file that holds the image, empty where it has none
     * @return the same reference with the name to open
     * @throws BlockException of kind INVALID_OPTION where the name is relative and the image has no folder
     */
    public static ImageReference resolve(ImageReference reference, String imageFilename) throws BlockException {
        String name = reference.name();
        if (!FileNames.isRelative(name)) {
            return reference;
        }
        if (imageFilename.isEmpty() || imageFilename.startsWith(FileNames.JSON)) {
            throw BlockException.invalidOption("the relative name '" + name + "' found in an image cannot be resolved: "
                    + "the image '" + imageFilename + "' has no folder");
        }
        return new ImageReference(FileNames.combine(imageFilename, name), reference.format());
    }

    /**
     * The definition of a reference that has been resolved.
     *
     * @param reference a name and, if stated, its format
     * @return the definition; without a format it has {@code driver} only if JSON states it
     * @throws BlockException as {@link #parseName(String)}
     */
    public NodeDefinition definition(ImageReference reference) throws BlockException {
        return reference.format().isPresent() ? parseName(reference.name(), reference.format().get())
                : parseName(reference.name());
    }

    /**
     * The storage of an image that a name stands for.
     *
     * @param definition made from a name
     * @return the definition of its {@code file} child
     * @throws BlockException of kind INVALID_OPTION where it has none
     */
    public static NodeDefinition storage(NodeDefinition definition) throws BlockException {
        if (definition.options().get("file") instanceof Map<?, ?> file) {
            Map<String, Object> options = new LinkedHashMap<>();
            file.forEach((name, value) -> options.put(String.valueOf(name), value));
            return new NodeDefinition(options);
        }
        throw BlockException.invalidOption("'" + definition.options() + "' does not name a file");
    }

    /**
     * The definition of a child that its parent's options name as users name disks. What the configuration says of the
     * child besides, such as its driver, counts before what the name says.
     *
     * @param name the name
     * @param besides what the configuration has for the child, or null
     * @param protocol whether a protocol is expected, see {@link EffectiveSettings#expectsProtocol}
     * @return the definition
     * @throws BlockException of kind INVALID_OPTION where the name is wrong or both name a node
     */
    public NodeDefinition named(String name, @Nullable ChildOption besides, boolean protocol) throws BlockException {
        Map<String, Object> stated = Map.of();
        if (besides instanceof ChildOption.Nested nested) {
            stated = nested.definition().options();
        } else if (besides != null) {
            throw BlockException.invalidOption("the child is named twice: as '" + name + "' and as a node");
        }
        NodeDefinition found = stated.get(DRIVER) instanceof String driver ? parseName(name, driver) : parseName(name);
        if (protocol && !stated.containsKey(DRIVER) && !name.startsWith(FileNames.JSON)) {
            found = storage(found);
        }
        Map<String, Object> options = new LinkedHashMap<>(stated);
        found.options().forEach(options::putIfAbsent);
        return new NodeDefinition(options);
    }

    /**
     * The driver of a definition. One that is expected to be a protocol and has only a {@code filename} is a
     * {@code host_device} for a device and else a {@code file} (QEMU's {@code find_hdev_driver}).
     *
     * @param definition a definition
     * @param protocol whether a protocol is expected, see {@link EffectiveSettings#expectsProtocol}
     * @return the driver's name; empty where only probing the {@code file} child could tell
     * @throws BlockException of kind INVALID_OPTION where the definition states too little
     */
    public static Optional<String> driverName(NodeDefinition definition, boolean protocol) throws BlockException {
        Map<String, Object> options = definition.options();
        if (options.containsKey(DRIVER)) {
            if (options.get(DRIVER) instanceof String driver && !driver.isEmpty()) {
                return Optional.of(driver);
            }
            Object value = options.get(DRIVER);
            String shown = value instanceof Map ? "{...}" : value instanceof List ? "[...]" : "'" + value + "'";
            throw BlockException.invalidOption("option 'driver': value " + shown
                    + " does not fit, allowed is: a driver's name");
        }
        if (protocol) {
            if (options.get(FILENAME) instanceof String filename) {
                return Optional.of(FileNames.localDriver(filename));
            }
            throw BlockException.invalidOption("a node definition has neither 'driver' nor 'filename'");
        }
        if (options.containsKey(FILE) || options.keySet().stream().anyMatch(key -> key.startsWith("file."))) {
            return Optional.empty();
        }
        throw BlockException.invalidOption("a node definition has neither 'driver' nor 'file'");
    }

    private Map<String, Object> storage(String name) throws BlockException {
        if (name.isEmpty()) {
            throw BlockException.invalidOption("the file name is empty");
        }
        // A device may have a colon in its name, so that is looked for first, as QEMU does.
        String local = FileNames.localDriver(name);
        Optional<String> protocol = local.equals("file") ? FileNames.protocol(name) : Optional.empty();
        return protocol.isPresent() ? storage(protocol.get(), name) : named(local, FILENAME, name);
    }

    private Map<String, Object> storage(String protocol, String name) throws BlockException {
        BlockDriver driver = drivers.find(protocol).filter(DefinitionReader::takesNames)
                .orElseThrow(() -> unknownProtocol(protocol, name));
        if (driver.kind() == NodeKind.FILTER) {
            return named(protocol, FILENAME, name);
        }
        String rest = name.substring(protocol.length() + 1);
        if (driver.options().find(FILENAME).isPresent()) {
            return named(protocol, FILENAME, FileNames.withoutPrefix(rest));
        }
        if (driver.options().find("url").isPresent()) {
            return named(protocol, "url", name);
        }
        if (rest.isEmpty() || rest.equals("//")) {
            return Map.of(DRIVER, protocol);
        }
        throw BlockException.invalidOption("the name '" + name + "' does not fit, driver '" + protocol
                + "' takes no other than '" + protocol + "://'");
    }

    /** A filter that takes a file name takes it with its prefix, and the names of its children are in it. */
    private static boolean takesNames(BlockDriver driver) {
        return driver.kind() == NodeKind.PROTOCOL
                || driver.kind() == NodeKind.FILTER && driver.options().find(FILENAME).isPresent();
    }

    private BlockException unknownProtocol(String protocol, String name) {
        List<String> known = drivers.drivers().stream().filter(driver -> driver.kind() == NodeKind.PROTOCOL)
                .map(BlockDriver::name).toList();
        String nearest = NearestWord.of(protocol, known).map(word -> "; did you mean '" + word + ":'?").orElse("");
        return BlockException.invalidOption("unknown protocol '" + protocol + "' in '" + name + "'" + nearest
                + "; known are json, " + String.join(", ", known) + "; a file of this name is written './" + name
                + "'");
    }

    private static Map<String, Object> named(String driver, String option, String name) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put(DRIVER, driver);
        options.put(option, name);
        return options;
    }
}
