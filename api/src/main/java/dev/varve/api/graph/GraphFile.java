// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A graph file before it is read: nodes, objects, properties and includes in JSON.
 *
 * @param json the text
 * @param path where it lies; empty for a text that lies nowhere, whose includes are relative to the working directory
 * @param properties the values of <code>${name}</code>, before those that the file sets itself
 */
public record GraphFile(String json, Optional<Path> path, Function<String, Optional<String>> properties) {
    /**
     * A text that lies nowhere. Its properties are the system's ({@link System#getProperty}).
     *
     * @param json the text
     * @return a graph file
     */
    public static GraphFile of(String json) {
        return new GraphFile(json, Optional.empty(), GraphFile::systemProperty);
    }

    /**
     * A file. Its properties are the system's ({@link System#getProperty}).
     *
     * @param path the file, in UTF-8
     * @return a graph file
     * @throws IOException if it cannot be read
     */
    public static GraphFile read(Path path) throws IOException {
        return new GraphFile(Files.readString(path), Optional.of(path), GraphFile::systemProperty);
    }

    private static Optional<String> systemProperty(String name) {
        return Optional.ofNullable(System.getProperty(name));
    }

    /**
     * This file with values for properties, before all others.
     *
     * @param values by name
     * @return a new graph file
     */
    public GraphFile withProperties(Map<String, String> values) {
        Map<String, String> first = Map.copyOf(values);
        return new GraphFile(json, path,
                name -> first.containsKey(name) ? Optional.of(first.get(name)) : properties.apply(name));
    }
}
