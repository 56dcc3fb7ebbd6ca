// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.EdgeView;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.NodeView;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.FlatOptions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a disk is to be opened with again: the options it is open with, changed where an open node's may change (QEMU's
 * {@code bdrv_reopen_prepare}). Others may be repeated as they are.
 */
final class Reopening {
    private static final Set<String> EVERY_NODE = Set.of("read-only", "auto-read-only", "cache.direct",
            "cache.no-flush", "cache.writeback", "discard", "detect-zeroes", "force-share");
    private static final String OVERLAPS = "overlap-check";
    private static final Set<String> FIXED_CHOICE = Set.of("node-name", "driver", "filename");

    private final Disk disk;
    private final Map<NodeName, NodeView> nodes = new HashMap<>();

    Reopening(Disk disk) {
        this.disk = disk;
        disk.graph().nodes().forEach(node -> nodes.put(node.name(), node));
    }

    /**
     * What to open.
     *
     * @param changes by names with dots
     * @throws BlockException of kind INVALID_OPTION that names an option which cannot change
     */
    DiskSource merged(Map<String, @Nullable Object> changes) throws BlockException {
        if (!(disk.source() instanceof DiskSource.Defined now)) {
            return disk.source();
        }
        Map<String, @Nullable Object> options = FlatOptions.of(now.definition());
        Map<String, @Nullable Object> more = new LinkedHashMap<>();
        for (Map.Entry<String, @Nullable Object> change : changes.entrySet()) {
            if (isNew(change.getKey(), change.getValue(), options)) {
                more.put(change.getKey(), change.getValue());
            }
        }
        // What stands for a group of options goes when one of the group comes, and the other way round.
        for (String name : more.keySet()) {
            options.keySet().removeIf(old -> old.startsWith(name + ".")
                    || name.startsWith(old + ".") && !old.endsWith(OVERLAPS));
        }
        leaveGroups(more, options);
        options.putAll(more);
        return new DiskSource.Defined(now.name(), new NodeDefinition(options), now.objects());
    }

    /** What new options of qcow2 make of the old ones of their group (QEMU's {@code qcow2_join_options}). */
    private static void leaveGroups(Map<String, @Nullable Object> more, Map<String, @Nullable Object> options) {
        for (String name : more.keySet()) {
            String node = name.substring(0, name.length() - lastOf(name).length());
            switch (lastOf(name)) {
                case OVERLAPS, OVERLAPS + ".template" -> options.keySet().removeIf(old -> old.equals(node + OVERLAPS)
                        || old.startsWith(node + OVERLAPS + "."));
                case "cache-size" -> options.keySet().removeAll(
                        Set.of(node + "l2-cache-size", node + "refcount-cache-size"));
                case "l2-cache-size", "refcount-cache-size" -> options.remove(node + "cache-size");
                default -> { }
            }
        }
    }

    private static String lastOf(String name) {
        int overlaps = name.lastIndexOf(OVERLAPS);
        return name.substring(overlaps >= 0 ? overlaps : name.lastIndexOf('.') + 1);
    }

    private boolean isNew(String name, @Nullable Object value, Map<String, @Nullable Object> options)
            throws BlockException {
        NodeView node = disk.root();
        String rest = name;
        for (NodeView child = childOn(node, rest); child != null; child = childOn(node, rest)) {
            node = child;
            rest = rest.substring(rest.indexOf('.') + 1);
        }
        if (EVERY_NODE.contains(rest) || !FIXED_CHOICE.contains(rest) && mayChange(node.driver())) {
            return true;
        }
        Object now = switch (rest) {
            case "node-name" -> node.name().value();
            case "driver" -> node.driver();
            default -> options.get(name);
        };
        if (!String.valueOf(value).equals(String.valueOf(now))) {
            throw BlockException.invalidOption("Cannot change the option '" + rest + "'");
        }
        return false;
    }

    /** Drivers whose own options are looked at anew when they are reopened. */
    private static boolean mayChange(String driver) {
        return Set.of("qcow2", "raw", "file", "host_device", "luks", "throttle").contains(driver);
    }

    private @Nullable NodeView childOn(NodeView node, String path) {
        int dot = path.indexOf('.');
        for (EdgeView edge : node.children()) {
            if (dot > 0 && edge.name().equals(path.substring(0, dot))) {
                return nodes.get(edge.child());
            }
        }
        return null;
    }
}
