// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * An image to be created.
 *
 * @param driver its format
 * @param filename a file name or a {@code protocol:} name
 * @param size the virtual size in bytes; empty to take that of the backing file
 * @param options the format's and the protocol's create options: String, Long or Boolean by name
 * @param openBacking whether the backing file, if one is named, is opened to see that it is there
 * @param secrets where drivers find keys and passwords
 */
public record NewImage(String driver, String filename, OptionalLong size, Map<String, Object> options,
        boolean openBacking, SecretSource secrets) {
    /** An image that needs no secrets. */
    public NewImage(String driver, String filename, OptionalLong size, Map<String, Object> options,
            boolean openBacking) {
        this(driver, filename, size, options, openBacking, SecretSource.NONE);
    }

    /** Copies the map. */
    public NewImage {
        options = Map.copyOf(new LinkedHashMap<>(options));
    }

    /**
     * An image without options.
     *
     * @param driver its format
     * @param filename its file
     * @param size its virtual size in bytes
     * @return what to create
     */
    public static NewImage of(String driver, String filename, long size) {
        return new NewImage(driver, filename, OptionalLong.of(size), Map.of(), true);
    }

    /**
     * This image with one option more.
     *
     * @param name the option
     * @param value its value
     * @return what to create
     */
    public NewImage with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(options);
        more.put(name, value);
        return new NewImage(driver, filename, size, more, openBacking, secrets);
    }
}
