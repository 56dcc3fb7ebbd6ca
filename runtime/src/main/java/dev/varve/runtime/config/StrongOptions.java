// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.OptionSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options that change what a disk holds, not how it is worked with (QEMU's {@code strong_runtime_opts}). */
public final class StrongOptions {
    private static final Set<String> PROTOCOL_NAMES = Set.of("blkdebug", "blkverify");
    private static final Map<String, Set<String>> OF_DRIVER = Map.ofEntries(
            Map.entry("file", Set.of("filename")),
            Map.entry("host_device", Set.of("filename")),
            Map.entry("null-co", Set.of("size", "read-zeroes")),
            Map.entry("null-aio", Set.of("size", "read-zeroes")),
            Map.entry("raw", Set.of("offset", "size")),
            Map.entry("qcow2", Set.of("encrypt")),
            Map.entry("luks", Set.of("key-secret")),
            Map.entry("blkdebug", Set.of("config", "inject-error", "set-state", "take-child-perms",
                    "unshare-child-perms")),
            Map.entry("blkverify", Set.of()),
            Map.entry("compress", Set.of()),
            Map.entry("copy-on-read", Set.of("bottom")),
            Map.entry("quorum", Set.of("vote-threshold", "blkverify", "rewrite-corrupted", "read-pattern")));

    private StrongOptions() {
    }

    /**
     * Tells whether the strong options of a driver are known.
     *
     * @param driver its name
     * @return false for drivers that QEMU does not have
     */
    public static boolean knows(String driver) {
        return OF_DRIVER.containsKey(driver);
    }

    /**
     * The strong options of a node, in QEMU's way of writing them: nested values with dots in their names.
     *
     * @param driver its driver
     * @param options what it was opened with
     * @return the ones that were given, in the order of the declarations
     */
    public static Map<String, Object> of(BlockDriver driver, @Nullable NodeOptions options) {
        Map<String, Object> strong = new LinkedHashMap<>();
        if (options == null) {
            return strong;
        }
        Map<String, Object> values = options.options().values();
        for (OptionSpec spec : driver.options().specs()) {
            Object value = values.get(spec.name());
            if (value != null && !value.equals(usual(spec)) && isStrong(driver.name(), spec.name())) {
                flatten(strong, spec.name(), value);
            }
        }
        if (PROTOCOL_NAMES.contains(driver.name()) && values.get("filename") instanceof String name) {
            String[] parts = name.split(":", 3);
            if (driver.name().equals("blkdebug") && parts.length == 3 && !parts[1].isEmpty()) {
                strong.put("config", parts[1]);
            }
        }
        return strong;
    }

    private static @Nullable Object usual(OptionSpec spec) {
        try {
            return spec.defaultText().isEmpty() ? null : spec.type().read(spec.defaultText().get());
        } catch (BlockException e) {
            return null;
        }
    }

    private static boolean isStrong(String driver, String option) {
        Set<String> known = OF_DRIVER.get(driver);
        int dot = option.indexOf('.');
        return known != null && known.contains(dot < 0 ? option : option.substring(0, dot));
    }

    private static void flatten(Map<String, Object> strong, String name, Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, part) -> flatten(strong, name + "." + key, part));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                flatten(strong, name + "." + i, list.get(i));
            }
        } else {
            strong.put(name, value);
        }
    }
}
