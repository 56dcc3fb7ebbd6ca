// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.SecretSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The objects of {@code --object} (QEMU's {@code user_creatable_parse_str}): secrets, which drivers find by their ids.
 * Objects of kinds that only steer how QEMU runs are accepted and do nothing; those that disks would need are refused.
 */
public final class UserObjects implements SecretSource {
    private static final Set<String> SECRET_OPTIONS = Set.of("qom-type", "id", "data", "file", "format", "keyid", "iv",
            "loaded");
    private static final Set<String> IDLE = Set.of("iothread", "main-loop", "authz-list", "authz-list-file",
            "authz-pam", "authz-simple");

    private final Map<String, byte[]> secrets = new HashMap<>();
    private final Set<String> ids = new java.util.HashSet<>();

    private UserObjects() {
    }

    /**
     * Makes the objects of a command line.
     *
     * @param layer reads definitions in JSON
     * @param texts the values of {@code --object} in order: {@code secret,id=...} or JSON
     * @return the secrets among them
     * @throws BlockException of kind INVALID_OPTION that names the object and its fault
     */
    public static SecretSource of(BlockLayer layer, List<String> texts) throws BlockException {
        if (texts.isEmpty()) {
            return SecretSource.NONE;
        }
        UserObjects objects = new UserObjects();
        for (String text : texts) {
            objects.add(text.startsWith("{") ? json(layer, text) : plain(layer, text));
        }
        return objects;
    }

    private static Map<String, String> json(BlockLayer layer, String text) throws BlockException {
        return strings(layer.parseName("json:" + text).options());
    }

    /** The first word may stand without its key. */
    private static Map<String, String> plain(BlockLayer layer, String text) throws BlockException {
        int equals = text.indexOf('=');
        int comma = text.indexOf(',');
        boolean implied = equals < 0 || comma >= 0 && comma < equals;
        return strings(layer.parseOptions(implied ? "qom-type=" + text : text).options());
    }

    private static Map<String, String> strings(Map<String, Object> options) throws BlockException {
        Map<String, String> strings = new LinkedHashMap<>();
        for (Map.Entry<String, Object> option : options.entrySet()) {
            Object value = option.getValue();
            // Limits of throttle groups are nested; no object that is made has such options.
            strings.put(option.getKey(), value instanceof Map ? "{...}" : String.valueOf(value));
        }
        return strings;
    }

    private void add(Map<String, String> options) throws BlockException {
        String type = required(options, "qom-type");
        if (!type.equals("secret") && !IDLE.contains(type)) {
            throw BlockException.invalidOption("invalid object type '" + type + "': objects can be secret, "
                    + "iothread and authz-*");
        }
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
