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
        NodeDefinition below = null;
        for (NodeView one : more.reversed()) {
            below = above(withFormat(layer.parseName(one.filename()), Optional.of(one.driver())), below);
        }
        return above(of(source, access), below);
    }

    private static NodeDefinition above(NodeDefinition definition, @Nullable NodeDefinition below) {
        Map<String, Object> options = new LinkedHashMap<>(definition.options());
        options.put("backing", below == null ? null : below.options());
        return new NodeDefinition(options);
    }

    /** The definition of an image whose backing file is not opened. */
    static NodeDefinition withoutBacking(NodeDefinition definition) {
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
                    ? storage(storage).with("driver", format.get()) : definition.with("driver", format.get());
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

    /** The definition of a name with options beside it, which count before what the name says. */
    NodeDefinition of(String name, NodeDefinition options) throws BlockException {
        NodeDefinition parsed = layer.parseName(name);
        Object driver = options.options().get("driver");
        boolean whole = driver != null && isProtocol(driver.toString());
        return FlatOptions.joined(whole && parsed.options().get("file") instanceof Map<?, ?> file ? storage(file)
                : parsed, options);
    }
}
