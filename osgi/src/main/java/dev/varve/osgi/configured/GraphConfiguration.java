// SPDX-License-Identifier: Apache-2.0
package dev.varve.osgi.configured;

import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.ReferencePolicy;
import dev.varve.api.graph.SecretSource;
import dev.varve.api.spi.NearestWord;
import dev.varve.osgi.ConfiguredGraph;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says.
 *
 * @param pid the configuration's PID
 * @param name the graph's name
 * @param source where its definition is
 * @param disks node-names of the disks; empty for all nodes that no other node uses
 * @param treatment how the graph treats what it is given
 * @param foreign what belongs to others: properties of the services
 */
record GraphConfiguration(String pid, String name, Source source, List<String> disks, Treatment treatment,
        Map<String, Object> foreign) {
    private static final String GRAPH = "graph";
    private static final String FILE = "graph.file";
    private static final String NAME = "name";
    private static final String DISKS = "disks";
    private static final String PROBING = "probing";
    private static final String COLLAPSE = "chain-collapse";
    private static final String REFERENCES = "references";
    private static final List<String> KEYS = List.of(GRAPH, FILE, NAME, DISKS, PROBING, COLLAPSE, REFERENCES);
    private static final String SECRET = ".secret.";

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException that names the key, its value and what is allowed
     */
    static GraphConfiguration of(String pid, Dictionary<String, ?> properties) {
        Map<String, Object> own = new TreeMap<>();
        Map<String, String> secrets = new TreeMap<>();
        Map<String, Object> foreign = new TreeMap<>();
        for (String key : Collections.list(properties.keys())) {
            Object value = properties.get(key);
            if (KEYS.contains(key)) {
                own.put(key, value);
            } else if (key.startsWith(SECRET)) {
                secrets.put(key.substring(SECRET.length()), String.valueOf(value));
            } else if (key.indexOf('.') < 0) {
                throw new IllegalArgumentException("unknown key '" + key + "'" + NearestWord.of(key, KEYS)
                        .map(word -> "; did you mean '" + word + "'?").orElse("; keys are " + String.join(", ", KEYS)));
            } else if (!key.startsWith(".") && !key.startsWith("service.")) {
                foreign.put(key, value);
            }
        }
        if (own.containsKey(GRAPH) == own.containsKey(FILE)) {
            throw new IllegalArgumentException("exactly one of the keys 'graph' and 'graph.file' is needed");
        }
        boolean inFile = own.containsKey(FILE);
        Source source = new Source(text(own, inFile ? FILE : GRAPH, ""), inFile);
        Treatment treatment = new Treatment(flag(own, PROBING, false), flag(own, COLLAPSE, true),
                text(own, REFERENCES, Treatment.ALLOW), secrets);
        return new GraphConfiguration(pid, text(own, NAME, lastPart(pid)), source, words(own.get(DISKS)), treatment,
                foreign);
    }

    private static String lastPart(String pid) {
        return pid.substring(Math.max(pid.lastIndexOf('~'), pid.lastIndexOf('.')) + 1);
    }

    private static String text(Map<String, Object> own, String key, String otherwise) {
        Object value = own.getOrDefault(key, otherwise);
        if (value instanceof String text && (!text.isBlank() || !own.containsKey(key))) {
            return text;
        }
        throw new IllegalArgumentException("key '" + key + "' is '" + value + "'; it must be a text that is not empty");
    }

    private static boolean flag(Map<String, Object> own, String key, boolean otherwise) {
        String value = String.valueOf(own.getOrDefault(key, otherwise));
        return switch (value) {
            case "true", "on" -> true;
            case "false", "off" -> false;
            default -> throw new IllegalArgumentException("key '" + key + "' is '" + value
                    + "'; it must be true or false");
        };
    }

    private static List<String> words(@Nullable Object value) {
        return switch (value) {
            case null -> List.of();
            case String one -> List.of(one.strip().split("\\s*,\\s*", -1));
            case String[] several -> List.of(several);
            case Collection<?> several -> several.stream().map(String::valueOf).toList();
            default -> throw new IllegalArgumentException("key 'disks' is '" + value
                    + "'; it must be node-names: an array, a list, or a text with commas");
        };
    }

    /** The properties that all services of the graph have. */
    Map<String, Object> properties() {
        Map<String, Object> properties = new LinkedHashMap<>(foreign);
        properties.put("service.pid", pid);
        properties.put(ConfiguredGraph.NAME_PROPERTY, name);
        return properties;
    }

    /**
     * Where a definition is.
     *
     * @param text the definition, or the name of the file that holds it
     * @param inFile whether it is in a file
     */
    record Source(String text, boolean inFile) {
        /** The definition. */
        String read() throws IOException {
            return inFile ? Files.readString(Path.of(text)) : text;
        }
    }

    /**
     * How a graph treats what it is given.
     *
     * @param probing whether formats may be found out
     * @param chainCollapse whether chains are read through an index
     * @param references {@code allow}, {@code deny}, or the name of a policy service
     * @param secrets keys and passwords by name
     */
    record Treatment(boolean probing, boolean chainCollapse, String references, Map<String, String> secrets) {
        private static final String ALLOW = "allow";
        private static final String DENY = "deny";

        /** The name of the policy service that the graph needs. */
        Optional<String> policy() {
            return references.equals(ALLOW) || references.equals(DENY) ? Optional.empty() : Optional.of(references);
        }

        /** How the graph is opened. */
        GraphSettings settings(@Nullable ReferencePolicy policy) {
            ReferencePolicy builtIn = references.equals(DENY) ? ReferencePolicy.DENY : ReferencePolicy.ALLOW;
            SecretSource source = id -> Optional.ofNullable(secrets.get(id))
                    .map(secret -> secret.getBytes(StandardCharsets.UTF_8));
            GraphSettings settings = GraphSettings.DEFAULT.withReferences(policy == null ? builtIn : policy)
                    .withSecrets(source);
            settings = probing ? settings.withProbing() : settings;
            return chainCollapse ? settings : settings.withoutChainCollapse();
        }

        /** Without the secrets. */
        @Override
        public String toString() {
            return "references=" + references + ", probing=" + probing + ", chain-collapse=" + chainCollapse;
        }
    }
}
