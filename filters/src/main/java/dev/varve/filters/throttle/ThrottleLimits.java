// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The limits of a group (QEMU's {@code ThrottleLimits}).
 *
 * @param values each property by its name in QAPI
 */
record ThrottleLimits(Map<String, Long> values) {
    static final List<String> UNITS = List.of("iops", "bps");
    static final List<String> DIRECTIONS = List.of("total", "read", "write");

    private static final String MAX = "-max";
    private static final String LENGTH = "-max-length";
    private static final String IOPS_SIZE = "iops-size";
    private static final String NESTED = "limits.";
    private static final String ALIAS = "x-";

    /** Everything that a group is defined by. */
    static final OptionSchema OPTIONS = schema();

    ThrottleLimits {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    static ThrottleLimits none() {
        Map<String, Long> values = new LinkedHashMap<>();
        names().forEach(name -> values.put(name, name.endsWith(LENGTH) ? 1L : 0L));
        return new ThrottleLimits(values);
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (String unit : UNITS) {
            for (String direction : DIRECTIONS) {
                String name = unit + "-" + direction;
                names.addAll(List.of(name, name + MAX, name + LENGTH));
            }
        }
        names.add(IOPS_SIZE);
        return names;
    }

    private static OptionSchema schema() {
        List<OptionSpec> specs = new ArrayList<>();
        for (String prefix : List.of(NESTED, ALIAS)) {
            for (String name : names()) {
                specs.add(OptionSpec.optional(prefix + name,
                        name.startsWith("bps") && !name.endsWith(LENGTH) ? OptionType.SIZE : OptionType.COUNT,
                        doc(name)));
            }
        }
        return new OptionSchema("object 'throttle-group'", specs);
    }

    private static String doc(String name) {
        if (name.equals(IOPS_SIZE)) {
            return "bytes that count as one operation; longer requests count as several; 0 counts requests";
        }
        String unit = name.startsWith("bps") ? "bytes" : "operations";
        if (name.endsWith(LENGTH)) {
            return "seconds that a burst of " + unit + " may last; without it 1";
        }
        return unit + " a second" + (name.endsWith(MAX) ? " in a burst, 0 for none" : ", 0 for no limit");
    }

    /** These limits with others in the place of those that are named. */
    ThrottleLimits with(Map<String, ?> changes) throws BlockException {
        Options options = OPTIONS.read(changes);
        Map<String, Long> changed = new LinkedHashMap<>(values);
        for (Map.Entry<String, Object> option : options.values().entrySet()) {
            String name = option.getKey().startsWith(NESTED) ? option.getKey().substring(NESTED.length())
                    : option.getKey().substring(ALIAS.length());
            changed.put(name, (Long) option.getValue());
        }
        ThrottleLimits limits = new ThrottleLimits(changed);
        limits.check();
        return limits;
    }

    private void check() throws BlockException {
        for (String unit : UNITS) {
            checkTotal(unit, "");
            checkTotal(unit, MAX);
            for (String direction : DIRECTIONS) {
                limit(unit, direction).check(unit + "-" + direction);
            }
        }
        if (iopsSize() > 0 && value("iops-total") == 0 && value("iops-read") == 0 && value("iops-write") == 0) {
            throw BlockException.invalidOption("iops size requires an iops value to be set");
        }
    }

    private void checkTotal(String unit, String suffix) throws BlockException {
        if (value(unit + "-total" + suffix) > 0
                && (value(unit + "-read" + suffix) > 0 || value(unit + "-write" + suffix) > 0)) {
            throw BlockException.invalidOption(
                    "bps/iops/max total values and read/write values cannot be used at the same time");
        }
    }

    private long value(String name) {
        Long value = values.get(name);
        return value == null ? 0 : value;
    }

    Limit limit(String unit, String direction) {
        String name = unit + "-" + direction;
        return new Limit(value(name), value(name + MAX), value(name + LENGTH));
    }

    long iopsSize() {
        return value(IOPS_SIZE);
    }
}
