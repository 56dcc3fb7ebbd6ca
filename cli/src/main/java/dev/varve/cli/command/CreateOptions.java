// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NearestWord;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.cli.option.HintedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The options of a new image: {@code -o}, {@code -b} and {@code -F} read against what the format declares. */
final class CreateOptions {
    static final String BACKING_FILE = "backing_file";
    static final String BACKING_FORMAT = "backing_fmt";
    private static final String SIZE = "size";
    // The order in which qemu-img create prints them; others follow in the driver's order.
    private static final List<String> ORDER = List.of("encryption", "encrypt.format", "encrypt.key-secret",
            "encrypt.cipher-alg", "encrypt.cipher-mode", "encrypt.ivgen-alg", "encrypt.ivgen-hash-alg",
            "encrypt.hash-alg", "encrypt.iter-time", "cluster_size", "extended_l2", "preallocation",
            "compression_type", SIZE, "compat", BACKING_FILE, BACKING_FORMAT, "data_file", "data_file_raw",
            "lazy_refcounts", "refcount_bits", "nocow", "extent_size_hint");
    // Those that qemu-img create prints even where they are not given.
    private static final List<String> DEFAULTS = List.of("cluster_size", "extended_l2", "compression_type",
            "lazy_refcounts", "refcount_bits");
    private static final List<String> RAW_ORDER = List.of(SIZE, "nocow", "preallocation", "extent_size_hint");
    private static final List<String> LUKS_ORDER = List.of(SIZE, "key-secret", "cipher-alg", "cipher-mode",
            "ivgen-alg", "ivgen-hash-alg", "hash-alg", "iter-time");

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
    static CreateOptions of(String format, BlockLayer layer, List<String> lists) throws IOException {
        BlockDriver driver = FormatOptions.driver(layer, format);
        FormatOptions given = FormatOptions.of(lists);
        CreateOptions options = new CreateOptions(driver, withProtocol(driver, layer), given.isHelp());
        for (Map.Entry<String, String> one : given.isHelp() ? Map.<String, String>of().entrySet()
                : given.values().entrySet()) {
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

    private void put(String name, String text) throws IOException {
        OptionType type = name.equals(SIZE) ? OptionType.SIZE : declared(name).type();
        if (type instanceof OptionType.Choice) {
            // The driver says which words it knows, when the image is made.
            values.put(name, text);
            return;
        }
        try {
            values.put(name, type.read(text));
        } catch (BlockException e) {
            String problem = "Parameter '" + name + "' of format '" + driver.name() + "': " + e.problem();
            if (type instanceof OptionType.Number number && number.size()) {
                throw HintedException.size(problem);
            }
            throw BlockException.invalidOption(problem);
        }
    }

    private OptionSpec declared(String name) throws BlockException {
        Optional<OptionSpec> spec = schema.find(name);
        if (spec.isPresent()) {
            return spec.get();
        }
        List<String> names = schema.specs().stream().map(OptionSpec::name).toList();
        Optional<String> nearest = NearestWord.of(name, names);
        throw BlockException.invalidOption("Invalid parameter '" + name + "' of format '" + driver.name() + "'"
                + (nearest.isPresent() ? "; did you mean '" + nearest.get() + "'?" : "; '-o help' lists them"));
    }

    /** Adds {@code -b} and {@code -F}. */
    void backing(Optional<String> file, Optional<String> format) throws IOException {
        for (String name : List.of(BACKING_FILE, BACKING_FORMAT)) {
            Optional<String> value = name.equals(BACKING_FILE) ? file : format;
            if (value.isPresent() && schema.find(name).isEmpty()) {
                throw BlockException.unsupported("Backing file not supported for file format '" + driver.name() + "'");
            }
            if (value.isPresent()) {
                put(name, value.get());
            }
        }
        // An empty name stands for none.
        if (text(BACKING_FILE).isEmpty()) {
            values.remove(BACKING_FILE);
        }
    }

    boolean isHelp() {
        return help;
    }

    String format() {
        return driver.name();
    }

    boolean hasBacking() {
        return values.containsKey(BACKING_FILE);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The format has options of this name. */
    boolean knows(String name) {
        return schema.find(name).isPresent();
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

    /** The options that the format itself declares, without the size. */
    Map<String, Object> forFormat() {
        Map<String, Object> options = forDriver();
        options.keySet().removeIf(name -> driver.createOptions().find(name).isEmpty());
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
        List<String> names = new ArrayList<>(switch (driver.name()) {
            case "raw" -> RAW_ORDER;
            case "luks" -> LUKS_ORDER;
            default -> ORDER;
        });
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

    /** The text of {@code -o help}; without a target's name only the format's own options are known. */
    String help(boolean target) {
        List<OptionSpec> specs = new ArrayList<>(target ? schema.specs() : driver.createOptions().specs());
        if (driver.createOptions().find(SIZE).isEmpty()) {
            specs.add(OptionSpec.optional(SIZE, OptionType.SIZE, "Virtual disk size"));
        }
        return (target ? "Supported options:\n" : "Supported " + driver.name() + " options:\n")
                + FormatOptions.list(specs) + (target ? ""
                        : "\nThe protocol level may support further options.\n"
                                + "Specify the target filename to include those options.\n");
    }
}
