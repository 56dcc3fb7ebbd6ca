// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NearestWord;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.cli.option.KeyValueList;
import dev.varve.cli.option.UsageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The options of a new image: {@code -o}, {@code -b} and {@code -F} read against what the format declares. */
final class CreateOptions {
    private static final String SIZE = "size";
    private static final String BACKING_FILE = "backing_file";
    private static final String BACKING_FORMAT = "backing_fmt";
    // The order in which qemu-img create prints them; others follow in the driver's order.
    private static final List<String> ORDER = List.of("encryption", "cluster_size", "extended_l2", "preallocation",
            "compression_type", SIZE, "compat", "data_file", "data_file_raw", BACKING_FILE, BACKING_FORMAT,
            "lazy_refcounts", "refcount_bits");
    // Those that qemu-img create prints even where they are not given.
    private static final List<String> DEFAULTS = List.of("cluster_size", "extended_l2", "compression_type",
            "lazy_refcounts", "refcount_bits");
    private static final List<String> RAW_ORDER = List.of(SIZE, "nocow", "preallocation");

    private final BlockDriver driver;
    private final OptionSchema schema;
    private final boolean help;
    private final Map<String, Object> values = new LinkedHashMap<>();

    private CreateOptions(BlockDriver driver, OptionSchema schema, boolean help) {
        this.driver = driver;
        this.schema = schema;
        this.help = help;
    }

    /** Reads the values of {@code -o}. */
    static CreateOptions of(String format, BlockLayer layer, List<String> lists) throws UsageException {
        BlockDriver driver = CreateCommand.driver(layer, format);
        OptionSchema schema = withProtocol(driver, layer);
        Map<String, String> given = new LinkedHashMap<>();
        for (String list : lists) {
            if (list.equals("help") || list.equals("?") || list.endsWith(",help")) {
                return new CreateOptions(driver, schema, true);
            }
            given.putAll(KeyValueList.parse(list));
        }
        CreateOptions options = new CreateOptions(driver, schema, false);
        for (Map.Entry<String, String> one : given.entrySet()) {
            options.put(one.getKey(), one.getValue());
        }
        return options;
    }

    /** The options of the format, and those of files that the format does not declare itself. */
    private static OptionSchema withProtocol(BlockDriver format, BlockLayer layer) {
        List<OptionSpec> more = new ArrayList<>();
        for (BlockDriver driver : layer.drivers()) {
            if (driver.name().equals("file") && !format.name().equals("file")) {
                more.addAll(driver.createOptions().specs());
            }
        }
        more.removeIf(spec -> format.createOptions().find(spec.name()).isPresent());
        return format.createOptions().and(more);
    }

    private void put(String name, String text) throws UsageException {
        OptionType type = name.equals(SIZE) ? OptionType.SIZE : declared(name).type();
        try {
            values.put(name, type.read(text));
        } catch (BlockException e) {
            throw new UsageException("option '" + name + "' of format '" + driver.name() + "': " + e.problem());
        }
    }

    private OptionSpec declared(String name) throws UsageException {
        Optional<OptionSpec> spec = schema.find(name);
        if (spec.isPresent()) {
            return spec.get();
        }
        List<String> names = schema.specs().stream().map(OptionSpec::name).toList();
        Optional<String> nearest = NearestWord.of(name, names);
        throw new UsageException("unknown option '" + name + "' of format '" + driver.name() + "'"
                + (nearest.isPresent() ? "; did you mean '" + nearest.get() + "'?" : "; '-o help' lists them"));
    }

    /** Adds {@code -b} and {@code -F}, and demands a format for a backing file. */
    void backing(Optional<String> file, Optional<String> format) throws UsageException {
        if (file.isPresent()) {
            put(BACKING_FILE, file.get());
        }
        if (format.isPresent()) {
            put(BACKING_FORMAT, format.get());
        }
        if (hasBacking() && !values.containsKey(BACKING_FORMAT)) {
            throw new UsageException("backing file '" + text(BACKING_FILE) + "' is named without its format: -F FMT");
        }
        if (!hasBacking() && values.containsKey(BACKING_FORMAT)) {
            throw new UsageException("a backing format is named without a backing file: -b FILE");
        }
    }

    boolean isHelp() {
        return help;
    }

    boolean hasBacking() {
        return values.containsKey(BACKING_FILE);
    }

    String text(String name) {
        Object value = values.get(name);
        return value == null ? "" : value.toString();
    }

    /** The option {@code size} of {@code -o}. */
    OptionalLong size() {
        return values.get(SIZE) instanceof Long size ? OptionalLong.of(size) : OptionalLong.empty();
    }

    /** The options without the size, which a new image has in a place of its own. */
    Map<String, Object> forDriver() {
        Map<String, Object> options = new LinkedHashMap<>(values);
        options.remove(SIZE);
        return options;
    }

    /** The line that {@code qemu-img create} prints. */
    String announcement(String filename, OptionalLong size) {
        StringBuilder line = new StringBuilder("Formatting '").append(filename).append("', fmt=")
                .append(driver.name());
        for (String name : printed()) {
            if (name.equals(SIZE)) {
                line.append(size.isPresent() ? " size=" + size.getAsLong() : "");
                continue;
            }
            Object value = values.get(name);
            Optional<String> byDefault = schema.find(name).flatMap(OptionSpec::defaultText);
            if (value != null) {
                line.append(' ').append(name).append('=').append(shown(value));
            } else if (byDefault.isPresent() && DEFAULTS.contains(name)) {
                line.append(' ').append(name).append('=').append(byDefault.get());
            }
        }
        return line.toString();
    }

    private List<String> printed() {
        List<String> names = new ArrayList<>(driver.name().equals("raw") ? RAW_ORDER : ORDER);
        for (OptionSpec spec : schema.specs()) {
            if (!names.contains(spec.name())) {
                names.add(spec.name());
            }
        }
        return names;
    }

    private static String shown(Object value) {
        if (value instanceof Boolean flag) {
            return flag ? "on" : "off";
        }
        return value.toString().replace(",", ",,");
    }

    /** The text of {@code -o help}. */
    String help() {
        StringBuilder text = new StringBuilder("Supported options:\n");
        List<OptionSpec> specs = new ArrayList<>(schema.specs());
        if (schema.find(SIZE).isEmpty()) {
            specs.add(OptionSpec.optional(SIZE, OptionType.SIZE, "Virtual disk size"));
        }
        specs.sort((a, b) -> a.name().compareTo(b.name()));
        for (OptionSpec spec : specs) {
            String head = "  " + spec.name() + "=<" + kind(spec.type()) + ">";
            text.append(head).append(" ".repeat(Math.max(1, 25 - head.length()))).append("- ").append(spec.doc())
                    .append('\n');
        }
        return text.toString();
    }

    private static String kind(OptionType type) {
        return switch (type) {
            case OptionType.Flag flag -> "bool (on/off)";
            case OptionType.Number number -> number.size() ? "size" : "num";
            case OptionType.Text text -> "str";
            case OptionType.Choice choice -> "str";
            case OptionType.Child child -> "child";
            case OptionType.Nested nested -> "any";
        };
    }
}
