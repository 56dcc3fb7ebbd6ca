// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.SecretSource;
import dev.varve.api.spi.SharedObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The objects of {@code --object} (QEMU's {@code user_creatable_parse_str}): secrets, which drivers find by their ids,
 * and what drivers share, such as throttle groups. Objects of kinds that only steer how QEMU runs are accepted and do
 * nothing.
 */
public final class UserObjects implements SecretSource {
    private static final Set<String> SECRET_OPTIONS = Set.of("qom-type", "id", "data", "file", "format", "keyid", "iv",
            "loaded");
    private static final Set<String> IDLE = Set.of("iothread", "main-loop", "authz-list", "authz-list-file",
            "authz-pam", "authz-simple");

    private final Map<String, byte[]> secrets = new HashMap<>();
    private final Set<String> ids = new java.util.HashSet<>();

    private final List<SharedObject> shared = new ArrayList<>();

    private UserObjects() {
    }

    /**
     * Makes the objects of a command line.
     *
     * @param layer reads definitions in JSON
     * @param texts the values of {@code --object} in order: {@code secret,id=...} or JSON
     * @return the objects
     * @throws BlockException of kind INVALID_OPTION that names the object and its fault
     */
    public static UserObjects of(BlockLayer layer, List<String> texts) throws BlockException {
        UserObjects objects = new UserObjects();
        for (String text : texts) {
            objects.add(layer, text.startsWith("{") ? layer.parseName("json:" + text).options()
                    : plain(layer, text));
        }
        return objects;
    }

    /**
     * Settings by which a graph finds the objects.
     *
     * @param settings of the graph
     * @return new settings
     */
    public GraphSettings in(GraphSettings settings) {
        GraphSettings all = settings.withSecrets(this);
        for (SharedObject object : shared) {
            all = all.withObject(object);
        }
        return all;
    }

    /** The first word may stand without its key. */
    private static Map<String, Object> plain(BlockLayer layer, String text) throws BlockException {
        int equals = text.indexOf('=');
        int comma = text.indexOf(',');
        boolean implied = equals < 0 || comma >= 0 && comma < equals;
        return layer.parseOptions(implied ? "qom-type=" + text : text).options();
    }

    private static Map<String, String> strings(Map<String, Object> options) throws BlockException {
        Map<String, String> strings = new LinkedHashMap<>();
        for (Map.Entry<String, Object> option : options.entrySet()) {
            Object value = option.getValue();
            strings.put(option.getKey(), value instanceof Map ? "{...}" : String.valueOf(value));
        }
        return strings;
    }

    private void add(BlockLayer layer, Map<String, Object> definition) throws BlockException {
        Map<String, String> options = strings(definition);
        String type = required(options, "qom-type");
        String id = required(options, "id");
        if (!ids.add(id)) {
            throw BlockException.invalidOption("an object with id '" + id + "' exists already");
        }
        if (type.equals("secret")) {
            for (String name : options.keySet()) {
                if (!SECRET_OPTIONS.contains(name)) {
                    throw BlockException.invalidOption("unknown option '" + name + "' of a secret");
                }
            }
            secrets.put(id, SecretData.of(options, this));
        } else if (!IDLE.contains(type)) {
            shared.add(layer.newObject(definition));
        }
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
        return Optional.ofNullable(secrets.get(id)).map(byte[]::clone);
    }
}
