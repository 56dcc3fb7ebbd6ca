// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.NodeView;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NodeKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Definitions of named disks, completed with what a command's options say. */
final class Definitions {
    private static final String BACKING = "backing";

    private final BlockLayer layer;

    Definitions(BlockLayer layer) {
        this.layer = layer;
    }

    /** The definition of a disk; what the definition itself says has precedence over the access. */
    NodeDefinition of(DiskSource source, DiskAccess access) throws BlockException {
        NodeDefinition definition = source instanceof DiskSource.Defined defined ? defined.definition()
                : named((DiskSource.Named) source);
        if (access.forceShare() && !isOn(definition.options().getOrDefault("force-share", true))) {
            throw BlockException.invalidOption("--force-share/-U conflicts with image options");
        }
        definition = absent(definition, "read-only", !access.writable());
        definition = absent(definition, "force-share", access.forceShare());
        if (access.cache().direct()) {
            definition = absent(definition, "cache.direct", true);
        }
        if (access.cache().noFlush()) {
            definition = absent(definition, "cache.no-flush", true);
        }
        if (access.writable() && access.discard() && !definition.options().containsKey("discard")) {
            definition = definition.with("discard", "unmap");
        }
        return definition;
    }

    private static boolean isOn(Object value) {
        return Boolean.TRUE.equals(value) || value.equals("on");
    }

    private NodeDefinition named(DiskSource.Named source) throws BlockException {
        NodeDefinition parsed = source.imageOptions() ? layer.parseOptions(source.name())
                : layer.parseName(source.name());
        return withFormat(parsed, source.format());
    }

    /** The definition of a disk's uppermost layers, without what is below them. */
    NodeDefinition ofLayers(DiskSource source, DiskAccess access, List<NodeView> more) throws BlockException {
        NodeDefinition whole = of(source, access);
        NodeDefinition below = null;
        for (int i = more.size(); i > 0; i--) {
            NodeView one = more.get(i - 1);
            below = above(layer(whole, i, one.filename(), one.driver()), below);
        }
        return above(whole, below);
    }

    /**
     * The definition of one layer of a disk: what the disk's own definition says of it, keys for instance, goes before
     * the name that the layer above holds.
     *
     * @param whole the disk's definition
     * @param depth how many layers are above it, at least one
     * @param name what the layer above calls it
     * @param driver its format
     */
    NodeDefinition layer(NodeDefinition whole, int depth, String name, String driver) throws BlockException {
        Map<String, @Nullable Object> stated = FlatOptions.of(whole);
        for (int i = 0; i < depth; i++) {
            stated = below(stated, imagePrefix(stated) + BACKING + ".");
        }
        if (stated.isEmpty()) {
            return withFormat(layer.parseName(name), Optional.of(driver));
        }
        NodeDefinition options = new NodeDefinition(stated);
        if (stated.containsKey("file") || stated.containsKey("file.filename") || stated.containsKey("file.driver")) {
            return stated.containsKey("driver") ? options : options.with("driver", driver);
        }
        return of(name, stated.containsKey("driver") ? options : options.with("driver", driver));
    }

    private static Map<String, @Nullable Object> below(Map<String, @Nullable Object> options, String prefix) {
        Map<String, @Nullable Object> found = new LinkedHashMap<>();
        options.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), value);
            }
        });
        return found;
    }

    /** Where the options of the image are that filters stand above. */
    private String imagePrefix(Map<String, @Nullable Object> options) {
        String path = "";
        while (options.get(path + "driver") instanceof String driver && isFilter(driver)
                && options.containsKey(path + "file.driver")) {
            path += "file.";
        }
        return path;
    }

    private NodeDefinition above(NodeDefinition definition, @Nullable NodeDefinition below) {
        Map<String, @Nullable Object> options = FlatOptions.of(definition);
        String key = imagePrefix(options) + BACKING;
        options.keySet().removeIf(name -> name.equals(key) || name.startsWith(key + "."));
        if (below == null) {
            options.put(key, null);
        } else {
            options.putAll(FlatOptions.of(new NodeDefinition(Map.of(key, below.options()))));
        }
        return new NodeDefinition(options);
    }

    /** The definition of an image whose backing file is not opened. */
    NodeDefinition withoutBacking(NodeDefinition definition) {
        return above(definition, null);
    }

    private static NodeDefinition absent(NodeDefinition definition, String name, boolean value) {
        boolean said = definition.options().containsKey(name)
                || name.indexOf('.') > 0 && FlatOptions.of(definition).containsKey(name);
        return !value || said ? definition : definition.with(name, value);
    }

    private NodeDefinition withFormat(NodeDefinition definition, Optional<String> format) throws BlockException {
        if (format.isEmpty()) {
            return definition;
        }
        Object driver = definition.options().get("driver");
        if (driver == null) {
            return isProtocol(format.get()) && definition.options().get("file") instanceof Map<?, ?> storage
                    ? storage(storage).with("driver", format.get())
                    : isFilter(format.get()) && definition.options().size() == 1
                    ? new NodeDefinition(Map.of("driver", format.get(), "file", definition.options()))
                    : definition.with("driver", format.get());
        }
        if (driver.equals(format.get())) {
            return definition;
        }
        if (isProtocol(driver.toString())) {
            Map<String, Object> above = new LinkedHashMap<>();
            above.put("driver", format.get());
            above.put("file", definition.options());
            return new NodeDefinition(above);
        }
        throw BlockException.invalidOption("format '" + format.get() + "' was asked for, but the definition says '"
                + driver + "'");
    }

    private static NodeDefinition storage(Map<?, ?> file) {
        Map<String, Object> options = new LinkedHashMap<>();
        file.forEach((name, value) -> options.put(String.valueOf(name), value));
        return new NodeDefinition(options);
    }

    /** Whether a driver takes the whole name, as protocols and the filters do that stand in names. */
    private boolean isProtocol(String name) {
        for (BlockDriver driver : layer.drivers()) {
            if (driver.name().equals(name)) {
                return driver.kind() == NodeKind.PROTOCOL
                        || driver.kind() == NodeKind.FILTER && driver.options().find("filename").isPresent();
            }
        }
        return false;
    }

    /**
     * The definition of a name with options beside it, which count before what the name says. The name goes down the
     * {@code file} children to the first driver that takes names, or to where a format expects a protocol.
     */
    NodeDefinition of(String name, NodeDefinition options) throws BlockException {
        NodeDefinition parsed = layer.parseName(name);
        if (!(parsed.options().get("file") instanceof Map<?, ?> file) || parsed.options().size() != 1) {
            return FlatOptions.joined(parsed, options);
        }
        Map<String, @Nullable Object> stated = FlatOptions.of(options);
        String path = "";
        boolean belowFormat = false;
        while (true) {
            Object driver = stated.get(path + "driver");
            if (driver == null ? belowFormat : isProtocol(driver.toString())) {
                break;
            }
            belowFormat = driver == null || !isFilter(driver.toString());
            path += "file.";
        }
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        for (Map.Entry<?, ?> option : file.entrySet()) {
            all.put(path + option.getKey(), option.getValue());
        }
        all.putAll(stated);
        return new NodeDefinition(all);
    }

    private boolean isFilter(String name) {
        for (BlockDriver driver : layer.drivers()) {
            if (driver.name().equals(name)) {
                return driver.kind() == NodeKind.FILTER;
            }
        }
        return false;
    }
}
