// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NearestWord;
import dev.varve.api.spi.ObjectKind;
import dev.varve.api.spi.SharedObject;
import dev.varve.runtime.registry.DriverLookup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Definitions of objects that nodes share (QEMU's {@code ObjectOptions}). */
public final class ObjectDefinitions {
    private static final String KIND = "qom-type";
    private static final String ID = "id";

    private ObjectDefinitions() {
    }

    /**
     * Makes an object.
     *
     * @param drivers those whose kinds are known
     * @param definition {@code qom-type}, {@code id} and the kind's options
     * @return a new object
     * @throws BlockException of kind INVALID_OPTION that says what is wrong and what is allowed
     */
    public static SharedObject read(DriverLookup drivers, Map<String, ?> definition) throws BlockException {
        Map<String, @Nullable Object> options = new LinkedHashMap<>(definition);
        String kindName = text(options.remove(KIND), KIND);
        String id = text(options.remove(ID), ID);
        ObjectKind kind = kind(drivers, kindName);
        return kind.create(id, GenericOptions.flat(options, kind.options()));
    }

    private static String text(@Nullable Object value, String option) throws BlockException {
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw BlockException.invalidOption("option '" + option + "' of an object is missing (string)");
    }

    private static ObjectKind kind(DriverLookup drivers, String name) throws BlockException {
        List<ObjectKind> kinds = drivers.drivers().stream().map(BlockDriver::objectKinds).flatMap(List::stream)
                .toList();
        for (ObjectKind kind : kinds) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        List<String> known = kinds.stream().map(ObjectKind::name).toList();
        throw BlockException.invalidOption("invalid object type '" + name + "'" + NearestWord.of(name, known)
                .map(word -> "; did you mean '" + word + "'?")
                .orElse(known.isEmpty() ? "; no driver knows any" : "; known are " + String.join(", ", known)));
    }
}
