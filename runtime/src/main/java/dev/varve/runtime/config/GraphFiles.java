// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.GraphDefinition;
import dev.varve.api.graph.GraphFile;
import dev.varve.api.graph.NodeDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads graph files: one entry or a list of them. An entry with {@code qom-type} is an object, one with any of the four
 * section names and no {@code driver} is a section, all others are nodes. A section has {@code properties} (defaults),
 * {@code include} (files, relative to this one), {@code objects} and {@code nodes}, and is read in this order.
 */
public final class GraphFiles {
    private static final String PROPERTIES = "properties";
    private static final String INCLUDE = "include";
    private static final String OBJECTS = "objects";
    private static final String NODES = "nodes";
    private static final Set<String> SECTION = Set.of(PROPERTIES, INCLUDE, OBJECTS, NODES);
    /** The property that holds the absolute folder of the file that names it. */
    private static final String HERE = "here";
    private static final int MAX_INCLUDES = 64;

    private final List<NodeDefinition> nodes = new ArrayList<>();
    private final List<Map<String, Object>> objects = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();
    private final List<Path> open = new ArrayList<>();

    private GraphFiles() {
    }

    /**
     * Reads a graph file and those that it includes. A file that was included before adds nothing again.
     *
     * @param file the file
     * @return what all of them define
     * @throws BlockException of kind INVALID_OPTION for wrong JSON, with line and column, for properties without value
     *         and for files that include each other; IO for one that cannot be read
     */
    public static GraphDefinition read(GraphFile file) throws BlockException {
        GraphFiles reader = new GraphFiles();
        Path path = file.path().isPresent() ? reader.enter(file.path().get()) : null;
        reader.read(file, path, Map.of());
        return new GraphDefinition(reader.nodes, reader.objects);
    }

    private Path enter(Path path) throws BlockException {
        Path real = real(path);
        seen.add(real);
        open.add(real);
        return real;
    }

    private static Path real(Path path) throws BlockException {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static BlockException unreadable(Path path, Exception e) {
        String reason = e instanceof NoSuchFileException ? "no such file or directory" : e.toString();
        return new BlockException(ErrorKind.IO, "graph file '" + path + "' cannot be read: " + reason, e);
    }

    private void read(GraphFile file, @Nullable Path path, Map<String, String> outer) throws BlockException {
        Path parent = path == null ? null : path.getParent();
        Path folder = parent == null ? Path.of("").toAbsolutePath() : parent;
        List<OptionTree> entries = JsonDefinitions.readTrees(file.json());
        Map<String, String> defaults = new HashMap<>(outer);
        Properties properties = new Properties(file.properties(), defaults);
        defaults.put(HERE, folder.toString());
        for (OptionTree entry : entries) {
            for (Map.Entry<String, @Nullable Object> set : entry.branchValues(PROPERTIES).entrySet()) {
                if (!outer.containsKey(set.getKey())) {
                    defaults.put(set.getKey(), properties.expand(plain(set.getKey(), set.getValue())));
                }
            }
        }
        for (OptionTree entry : entries) {
            add(entry.freeze(properties::expand), file, folder, defaults);
        }
    }

    private static String plain(String name, @Nullable Object value) throws BlockException {
        if (value instanceof String || value instanceof Long || value instanceof Boolean) {
            return value.toString();
        }
        throw BlockException.invalidOption("property '" + name + "' is not a plain value");
    }

    private void add(Map<String, Object> entry, GraphFile file, Path folder, Map<String, String> defaults)
            throws BlockException {
        boolean section = !entry.containsKey("driver") && entry.keySet().stream().anyMatch(SECTION::contains);
        if (entry.containsKey("qom-type")) {
            objects.add(entry);
        } else if (!section) {
            nodes.add(new NodeDefinition(entry));
        } else {
            addSection(entry, file, folder, defaults);
        }
    }

    private void addSection(Map<String, Object> section, GraphFile file, Path folder, Map<String, String> defaults)
            throws BlockException {
        for (String name : section.keySet()) {
            if (!SECTION.contains(name)) {
                throw BlockException.invalidOption("unknown part '" + name + "' of a graph file; known are properties, "
                        + "include, objects, nodes");
            }
        }
        for (Object name : elements(section, INCLUDE)) {
            if (!(name instanceof String text)) {
                throw BlockException.invalidOption("'include' takes a file name or a list of them");
            }
            include(text, file, folder, defaults);
        }
        for (Object object : elements(section, OBJECTS)) {
            objects.add(map(OBJECTS, object));
        }
        for (Object node : elements(section, NODES)) {
            nodes.add(new NodeDefinition(map(NODES, node)));
        }
    }

    private static List<?> elements(Map<String, Object> section, String part) {
        Object value = section.get(part);
        return value instanceof List<?> list ? list : section.containsKey(part) ? Arrays.asList(value)
                : List.of();
    }

    private static Map<String, Object> map(String part, @Nullable Object element) throws BlockException {
        if (!(element instanceof Map<?, ?> map)) {
            throw BlockException.invalidOption("'" + part + "' takes a list of objects { ... }");
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return copy;
    }

    private void include(String name, GraphFile from, Path folder, Map<String, String> defaults)
            throws BlockException {
        Path path;
        try {
            path = real(folder.resolve(name));
        } catch (InvalidPathException e) {
            throw BlockException.invalidOption("'include': '" + name + "' is no file name");
        }
        if (open.contains(path)) {
            throw BlockException.invalidOption("graph file '" + path + "' includes itself"
                    + (path.equals(open.getLast()) ? "" : " by way of '" + open.getLast() + "'"));
        }
        if (open.size() >= MAX_INCLUDES) {
            throw BlockException.invalidOption("graph files include each other more than " + MAX_INCLUDES + " deep");
        }
        if (!seen.contains(path)) {
            enter(path);
            Map<String, String> outer = new HashMap<>(defaults);
            outer.remove(HERE);
            try {
                read(new GraphFile(text(path), from.path(), from.properties()), path, outer);
            } catch (BlockException e) {
                throw new BlockException(e.kind(), e.problem() + " (included from '" + name + "')", e);
            }
            open.removeLast();
        }
    }

    private static String text(Path path) throws BlockException {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }
}
