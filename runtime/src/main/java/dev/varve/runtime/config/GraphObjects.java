// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.SecretSource;
import dev.varve.runtime.registry.DriverLookup;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The objects of {@code --object} and of graph files (QEMU's {@code user_creatable_add_qapi}): secrets, which drivers
 * find by their ids, and what nodes share. Objects of kinds that only steer how QEMU runs are accepted and do nothing.
 */
public final class GraphObjects implements SecretSource {
    private static final Set<String> SECRET_OPTIONS = Set.of("qom-type", "id", "data", "file", "env", "format",
            "keyid", "iv", "loaded");
    private static final Set<String> IDLE = Set.of("iothread", "main-loop", "authz-list", "authz-list-file",
            "authz-pam", "authz-simple");

    private final SecretSource others;
    private final Map<String, byte[]> secrets = new HashMap<>();

    private GraphObjects(SecretSource others) {
        this.others = others;
    }

    /**
     * Makes objects.
     *
     * @param drivers those whose kinds are known
     * @param settings of a graph
     * @param definitions {@code qom-type}, {@code id} and the kind's options; a secret may name earlier ones
     * @return settings by which the graph finds the objects, beside those that it found before
     * @throws BlockException of kind INVALID_OPTION that names the object's fault, NOT_FOUND for a secret that is
     *         missing
     */
    public static GraphSettings into(DriverLookup drivers, GraphSettings settings,
            List<? extends Map<String, ?>> definitions) throws BlockException {
        GraphObjects made = new GraphObjects(settings.secrets());
        GraphSettings all = settings.withSecrets(made);
        Set<String> ids = new HashSet<>();
        settings.objects().forEach(object -> ids.add(object.id()));
        for (Map<String, ?> definition : definitions) {
            Map<String, String> options = strings(definition);
            String type = required(options, "qom-type");
            String id = required(options, "id");
            if (!ids.add(id)) {
                throw BlockException.invalidOption("an object with id '" + id + "' exists already");
            }
            if (type.equals("secret")) {
                made.addSecret(id, options);
            } else if (!IDLE.contains(type)) {
                all = all.withObject(ObjectDefinitions.read(drivers, definition));
            }
        }
        return all;
    }

    private void addSecret(String id, Map<String, String> options) throws BlockException {
        for (String name : options.keySet()) {
            if (!SECRET_OPTIONS.contains(name)) {
                throw BlockException.invalidOption("unknown option '" + name + "' of a secret");
            }
        }
        secrets.put(id, SecretData.of(options, this));
    }

    private static Map<String, String> strings(Map<String, ?> options) {
        Map<String, String> strings = new LinkedHashMap<>();
        options.forEach((name, value) -> strings.put(name, value instanceof Map ? "{...}" : String.valueOf(value)));
        return strings;
    }

    private static String required(Map<String, String> options, String name) throws BlockException {
        String value = options.get(name);
        if (value == null || value.isEmpty()) {
            throw BlockException.invalidOption("option '" + name + "' of an object is missing");
        }
        return value;
    }

    @Override
    public Optional<byte[]> find(String id) {
        byte[] own = secrets.get(id);
        return own == null ? others.find(id) : Optional.of(own.clone());
    }
}
