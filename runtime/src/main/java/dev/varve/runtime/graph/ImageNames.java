// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.spi.NodeKind;
import dev.varve.runtime.config.JsonLine;
import dev.varve.runtime.config.StrongOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names that would open images again (QEMU's {@code bdrv_refresh_filename}): the file's where the image is opened
 * as it would be by that name alone, else {@code json:} with all that makes it what it is.
 */
final class ImageNames {
    private static final String BACKING = "backing";
    /** Names of images nested deeper than this would be of no use to anybody. */
    private static final int DEEPEST = 16;

    /**
     * What opens a node again.
     *
     * @param plain a name without options; empty where none would do
     * @param options a definition
     */
    private record Description(String plain, Map<String, Object> options) {}

    private ImageNames() {
    }

    /** The name of a node's image; empty where it has none. */
    static String of(NodeHandle node) {
        Optional<Description> description = describe(node, 0);
        if (description.isEmpty()) {
            return node.filename();
        }
        String plain = description.get().plain();
        return plain.isEmpty() ? "json:" + JsonLine.of(description.get().options()) : plain;
    }

    private static Optional<Description> describe(NodeHandle node, int depth) {
        if (depth > DEEPEST || !StrongOptions.knows(node.driver().name())) {
            return Optional.empty();
        }
        Map<String, Object> strong = StrongOptions.of(node.driver(), node.options());
        Map<String, Object> options = new LinkedHashMap<>(strong);
        options.put("driver", node.driver().name());
        boolean changed = !strong.isEmpty();
        Map<String, Description> children = new LinkedHashMap<>();
        for (Edge edge : node.children()) {
            NodeHandle child = edge.target();
            boolean overriding = child != null && edge.name().equals(BACKING) && node.overridesBacking(child);
            if (child == null || edge.name().equals(BACKING) && !overriding) {
                continue;
            }
            Optional<Description> below = describe(child, depth + 1);
            if (below.isEmpty()) {
                return Optional.empty();
            }
            changed |= overriding;
            children.put(edge.name(), below.get());
            place(options, edge.name(), below.get().options());
        }
        return Optional.of(new Description(plain(node, strong, children, changed), options));
    }

    /** Children that are listed under one option become its elements. */
    private static void place(Map<String, Object> options, String edge, Map<String, Object> child) {
        int dot = edge.indexOf('.');
        if (dot < 0) {
            options.put(edge, child);
            return;
        }
        List<Object> elements = new ArrayList<>();
        if (options.get(edge.substring(0, dot)) instanceof List<?> before) {
            elements.addAll(before);
        }
        elements.add(child);
        options.put(edge.substring(0, dot), elements);
    }

    private static String plain(NodeHandle node, Map<String, Object> strong, Map<String, Description> children,
            boolean changed) {
        return switch (node.driver().name()) {
            case "file", "host_device" -> node.filename();
            case "null-co", "null-aio" -> changed ? "" : node.driver().name() + "://";
            case "blkdebug" -> faulty(strong, children);
            case "blkverify" -> compared(children);
            default -> node.driver().kind() == NodeKind.FORMAT && !changed ? ofFile(node, children) : "";
        };
    }

    private static String faulty(Map<String, Object> strong, Map<String, Description> children) {
        Description image = children.get("image");
        boolean configured = strong.keySet().stream().allMatch("config"::equals);
        return image == null || image.plain().isEmpty() || !configured ? ""
                : "blkdebug:" + strong.getOrDefault("config", "") + ":" + image.plain();
    }

    private static String compared(Map<String, Description> children) {
        Description raw = children.get("raw");
        Description test = children.get("test");
        return raw == null || test == null || raw.plain().isEmpty() || test.plain().isEmpty() ? ""
                : "blkverify:" + raw.plain() + ":" + test.plain();
    }

    private static String ofFile(NodeHandle node, Map<String, Description> children) {
        Edge primary = node.primary();
        NodeHandle child = primary == null ? null : primary.target();
        Description file = primary == null ? null : children.get(primary.name());
        boolean protocol = child != null && (child.driver().kind() == NodeKind.PROTOCOL
                || child.driver().kind() == NodeKind.FILTER && child.driver().options().find("filename").isPresent());
        return protocol && file != null ? file.plain() : "";
    }
}
