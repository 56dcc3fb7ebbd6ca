// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NodeSettings.DetectZeroes;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The options that every node has (QEMU's {@code BlockdevOptions}), and how a definition is taken apart. */
public final class GenericOptions {
    private static final String NODE_NAME = "node-name";
    private static final String DISCARD = "discard";
    private static final String DETECT_ZEROES = "detect-zeroes";

    /** Their declarations. */
    public static final OptionSchema SCHEMA = OptionSchema.of("every node",
            OptionSpec.optional("driver", OptionType.TEXT, "the driver; without it the format has to be probed"),
            OptionSpec.optional(NODE_NAME, OptionType.TEXT, "the node's name; without it one is generated"),
            OptionSpec.optional("read-only", OptionType.FLAG,
                    "refuse writes; without it as the parent, on for backing files, off for others"),
            OptionSpec.optional("auto-read-only", OptionType.FLAG,
                    "become read-only where the image cannot be opened for writing; without it as the parent"),
            OptionSpec.optional("force-share", OptionType.FLAG,
                    "let others do anything with the image, needs read-only=on; without it as the parent"),
            OptionSpec.optional("cache.direct", OptionType.FLAG,
                    "bypass the host's page cache; without it as the parent"),
            OptionSpec.optional("cache.no-flush", OptionType.FLAG,
                    "do not make flushes reach stable storage; without it as the parent"),
            OptionSpec.optional(DISCARD, new OptionType.Choice(List.of("ignore", "unmap", "off", "on")),
                    "ignore (off) or pass on (unmap, on) discards; without it unmap below a parent, else ignore"),
            OptionSpec.optional(DETECT_ZEROES, new OptionType.Choice(List.of("off", "on", "unmap")),
                    "turn writes of zero bytes into write zeroes; unmap needs discard=unmap; without it off"),
            OptionSpec.optional("chain-collapse", OptionType.FLAG,
                    "read the backing chain from here on through one index while nobody may change it; without it as "
                    + "the parent, else on"));

    private GenericOptions() {
    }

    /**
     * Takes a definition apart. Dots in keys stand for nesting, also in definitions made by programs.
     *
     * @param definition the definition of one node
     * @param driver its driver
     * @return its parts
     * @throws BlockException of kind INVALID_OPTION that names an unknown option and the nearest known one, an
     *         ill-typed value and what is allowed, or a missing option
     */
    public static NodeOptions split(NodeDefinition definition, BlockDriver driver) throws BlockException {
        DriverSchemas schemas = DriverSchemas.of(driver.options());
        OptionSchema all = schemas.all();
        Map<String, @Nullable Object> raw = flatten(OptionTree.nest(definition.options()), all);
        refuseContainers(raw, all);
        Options generic = all.read(raw);
        Map<String, @Nullable Object> ownRaw = new LinkedHashMap<>();
        Map<String, ChildOption> children = new LinkedHashMap<>();
        for (OptionSpec spec : schemas.own().specs()) {
            if (!raw.containsKey(spec.name())) {
                continue;
            }
            if (spec.type() instanceof OptionType.Child type) {
                children.put(spec.name(), child(spec.name(), raw.get(spec.name()), type));
            } else if (raw.get(spec.name()) instanceof List<?> list && spec.type().namesChildren()) {
                for (int i = 0; i < list.size(); i++) {
                    String edge = spec.name() + "." + i;
                    children.put(edge, child(edge, list.get(i), new OptionType.Child(false)));
                }
            } else {
                ownRaw.put(spec.name(), raw.get(spec.name()));
            }
        }
        Options options = schemas.plain().read(ownRaw);
        return new NodeOptions(name(generic), settings(generic), options, children);
    }

    /**
     * What a definition whose driver is not known yet says of the options that every node has.
     *
     * @param definition the definition of one node
     * @return its settings; other options are passed over
     * @throws BlockException of kind INVALID_OPTION that names an ill-typed value and what is allowed
     */
    public static GenericSettings settings(NodeDefinition definition) throws BlockException {
        Map<String, @Nullable Object> raw = flatten(OptionTree.nest(definition.options()), SCHEMA);
        raw.keySet().removeIf(name -> SCHEMA.find(name).isEmpty());
        refuseContainers(raw, SCHEMA);
        return settings(SCHEMA.read(raw));
    }

    /**
     * One child of a definition whose driver is not known yet.
     *
     * @param definition the definition of one node
     * @param name the child's
     * @return where it comes from
     * @throws BlockException of kind INVALID_OPTION where that is neither a definition nor a name
     */
    public static ChildOption child(NodeDefinition definition, String name) throws BlockException {
        Object value = OptionTree.nest(definition.options()).get(name);
        if (value instanceof Map || value instanceof String) {
            return child(name, value, new OptionType.Child(false));
        }
        throw BlockException.invalidOption("option '" + name + "': value " + (isContainer(value) ? "[...]" : value)
                + " does not fit, allowed is: " + OptionType.CHILD.describe());
    }

    /**
     * The options of something that is no node, brought to the names that its schema declares.
     *
     * @param options nested, or with dots in their names
     * @param schema the declarations
     * @return options that the schema can read, or that it refuses
     * @throws BlockException of kind INVALID_OPTION where options contradict each other
     */
    static Map<String, @Nullable Object> flat(Map<String, @Nullable Object> options, OptionSchema schema)
            throws BlockException {
        Map<String, @Nullable Object> flat = flatten(OptionTree.nest(options), schema);
        refuseContainers(flat, schema);
        return flat;
    }

    /** Objects and lists that are not children become options with dots in their names, where such are declared. */
    private static Map<String, @Nullable Object> flatten(Map<String, Object> options, OptionSchema schema) {
        Map<String, @Nullable Object> flat = new LinkedHashMap<>();
        Deque<Option> pending = new ArrayDeque<>();
        options.forEach((name, value) -> pending.add(new Option(name, value)));
        while (!pending.isEmpty()) {
            Option option = pending.pop();
            String prefix = option.name() + ".";
            boolean parts = isContainer(option.value())
                    && schema.specs().stream().anyMatch(spec -> spec.name().startsWith(prefix));
            if (parts) {
                partsOf(option).forEach(pending::push);
            } else {
                flat.put(option.name(), option.value());
            }
        }
        return flat;
    }

    /** Last part first. */
    private static List<Option> partsOf(Option option) {
        List<Option> parts = new ArrayList<>();
        if (option.value() instanceof Map<?, ?> map) {
            map.forEach((name, value) -> parts.add(new Option(option.name() + "." + name, value)));
        } else if (option.value() instanceof List<?> list) {
            list.forEach(value -> parts.add(new Option(option.name() + "." + parts.size(), value)));
        }
        Collections.reverse(parts);
        return parts;
    }

    /** The types quote a wrong value whole, which for one that is nested deep would take a deep stack. */
    private static void refuseContainers(Map<String, @Nullable Object> raw, OptionSchema schema)
            throws BlockException {
        for (Map.Entry<String, @Nullable Object> option : raw.entrySet()) {
            Optional<OptionSpec> spec = schema.find(option.getKey());
            Object value = option.getValue();
            if (spec.isPresent() && isContainer(value) && !takes(spec.get().type(), value)) {
                throw BlockException.invalidOption("option '" + option.getKey() + "' of " + schema.owner() + ": value "
                        + (value instanceof Map ? "{...}" : "[...]") + " does not fit, allowed is: "
                        + spec.get().type().describe());
            }
        }
    }

    private static boolean takes(OptionType type, @Nullable Object container) {
        return type instanceof OptionType.Nested || type instanceof OptionType.Child && container instanceof Map
                || type instanceof OptionType.Children && container instanceof List;
    }

    private static boolean isContainer(@Nullable Object value) {
        return value instanceof Map || value instanceof List;
    }

    private static ChildOption child(String name, @Nullable Object value, OptionType.Child type)
            throws BlockException {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> options = new LinkedHashMap<>();
            for (Map.Entry<?, ?> option : map.entrySet()) {
                options.put(String.valueOf(option.getKey()), option.getValue());
            }
            return new ChildOption.Nested(new NodeDefinition(options));
        }
        if (value == null || value.equals("") && type.nullable()) {
            return new ChildOption.None();
        }
        return new ChildOption.Named(nodeName("option '" + name + "'", (String) value));
    }

    private static Optional<NodeName> name(Options generic) throws BlockException {
        return generic.has(NODE_NAME)
                ? Optional.of(nodeName("option '" + NODE_NAME + "'", generic.text(NODE_NAME))) : Optional.empty();
    }

    private static NodeName nodeName(String option, String value) throws BlockException {
        try {
            NodeName name = new NodeName(value);
            if (!name.isGenerated()) {
                return name;
            }
        } catch (IllegalArgumentException e) {
            throw BlockException.invalidOption(option + ": " + e.getMessage());
        }
        throw BlockException.invalidOption(option + ": invalid node-name '" + value
                + "': names that begin with '#' are generated and cannot be written");
    }

    private static GenericSettings settings(Options generic) {
        return new GenericSettings(flag(generic, "read-only"), flag(generic, "auto-read-only"),
                flag(generic, "force-share"), flag(generic, "cache.direct"), flag(generic, "cache.no-flush"),
                text(generic, DISCARD).map(value -> value.equals("unmap") || value.equals("on")),
                text(generic, DETECT_ZEROES).map(value -> DetectZeroes.valueOf(value.toUpperCase(Locale.ROOT))),
                flag(generic, "chain-collapse"));
    }

    private static Optional<Boolean> flag(Options generic, String name) {
        return generic.has(name) ? Optional.of(generic.flag(name)) : Optional.empty();
    }

    private static Optional<String> text(Options generic, String name) {
        return generic.has(name) ? Optional.of(generic.text(name)) : Optional.empty();
    }

    private record Option(String name, @Nullable Object value) {}
}
