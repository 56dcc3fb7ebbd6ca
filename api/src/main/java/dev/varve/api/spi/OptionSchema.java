// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The options of one driver or command, declared once.
 *
 * @param owner whose options they are, for messages: {@code driver 'qcow2'}
 * @param specs the declarations, in the order of the manual
 */
public record OptionSchema(String owner, List<OptionSpec> specs) {
    /** Copies the list and rejects a name that is declared twice. */
    public OptionSchema {
        specs = List.copyOf(specs);
        Set<String> names = new HashSet<>();
        for (OptionSpec spec : specs) {
            if (!names.add(spec.name())) {
                throw new IllegalArgumentException("an option of " + owner + " is declared twice");
            }
        }
    }

    /**
     * A schema.
     *
     * @param owner whose options they are
     * @param specs the declarations
     * @return a schema of them
     */
    public static OptionSchema of(String owner, OptionSpec... specs) {
        return new OptionSchema(owner, List.of(specs));
    }

    /**
     * This schema and more options.
     *
     * @param more declarations to append
     * @return a new schema
     */
    public OptionSchema and(List<OptionSpec> more) {
        List<OptionSpec> all = new ArrayList<>(specs);
        all.addAll(more);
        return new OptionSchema(owner, all);
    }

    /**
     * This schema without the options that name children: those that {@link OpenContext#options} answers for.
     *
     * @return a new schema
     */
    public OptionSchema withoutChildren() {
        return new OptionSchema(owner,
                specs.stream().filter(spec -> !spec.type().namesChildren()).toList());
    }

    /**
     * The declaration of an option.
     *
     * @param name its name
     * @return the declaration
     * @throws IllegalArgumentException if it is not declared
     */
    public OptionSpec spec(String name) {
        return find(name).orElseThrow(
                () -> new IllegalArgumentException("option '" + name + "' is not declared by " + owner));
    }

    /**
     * The declaration of an option, if there is one.
     *
     * @param name its name
     * @return empty where it is not declared
     */
    public Optional<OptionSpec> find(String name) {
        for (OptionSpec spec : specs) {
            if (spec.name().equals(name)) {
                return Optional.of(spec);
            }
        }
        return Optional.empty();
    }

    /**
     * Checks raw values and fills in the defaults.
     *
     * @param raw option names and what JSON or text gave for them
     * @return the values
     * @throws BlockException of kind INVALID_OPTION that names an unknown option and the nearest known one, an
     *         ill-typed value and what is allowed, or a missing option
     */
    public Options read(Map<String, ?> raw) throws BlockException {
        for (String name : raw.keySet()) {
            if (find(name).isEmpty()) {
                throw BlockException.invalidOption("unknown option '" + name + "' of " + owner + nearest(name));
            }
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (OptionSpec spec : specs) {
            if (raw.containsKey(spec.name())) {
                values.put(spec.name(), readValue(spec, raw.get(spec.name())));
            } else if (spec.defaultText().isPresent()) {
                values.put(spec.name(), readValue(spec, spec.defaultText().get()));
            } else if (spec.required()) {
                throw BlockException.invalidOption("option '" + spec.name() + "' of " + owner + " is missing ("
                        + spec.type().describe() + ")");
            }
        }
        return new Options(this, values);
    }

    private Object readValue(OptionSpec spec, Object raw) throws BlockException {
        try {
            return spec.type().read(raw);
        } catch (BlockException e) {
            throw BlockException.invalidOption("option '" + spec.name() + "' of " + owner + ": " + e.problem());
        }
    }

    private String nearest(String name) {
        List<String> names = specs.stream().map(OptionSpec::name).toList();
        return NearestWord.of(name, names).map(word -> "; did you mean '" + word + "'?")
                .orElse(names.isEmpty() ? "; it has no options" : "; known are " + String.join(", ", names));
    }

    // Written out, since a command compares these as it starts: what the compiler makes of a record is linked then.
    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof OptionSchema that && owner.equals(that.owner)
                && specs.equals(that.specs);
    }

    @Override
    public int hashCode() {
        return 31 * owner.hashCode() + specs.hashCode();
    }
}
