// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.manual;

import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.ObjectKind;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The manual of a driver, made from its declarations.
 *
 * @param driver the driver
 * @param nodeOptions the options that every node has
 */
public record DriverManual(BlockDriver driver, OptionSchema nodeOptions) {
    private static final int WIDTH = 100;
    private static final String INDENT = "        ";

    /**
     * What the driver's nodes are.
     *
     * @return format, protocol or filter
     */
    public String kind() {
        return driver.kind().name().toLowerCase(Locale.ROOT);
    }

    /**
     * The manual for people.
     *
     * @return lines, each ended
     */
    public String text() {
        StringBuilder text = new StringBuilder(4096);
        text.append(driver.name()).append(": ").append(kind()).append('\n');
        section(text, "Options", driver.options());
        section(text, "Options that every node has", nodeOptions);
        section(text, "Options of creating an image", driver.createOptions());
        section(text, "Options that can be amended", driver.amendOptions());
        for (ObjectKind kind : driver.objectKinds()) {
            section(text, "Options of objects '" + kind.name() + "'", kind.options());
        }
        return text.toString();
    }

    private static void section(StringBuilder text, String title, OptionSchema schema) {
        if (schema.specs().isEmpty()) {
            return;
        }
        text.append('\n').append(title).append(":\n");
        for (OptionSpec spec : schema.specs()) {
            text.append("    ").append(spec.name()).append(": ").append(spec.type().describe());
            if (spec.required()) {
                text.append("; required");
            }
            spec.defaultText().ifPresent(value -> text.append("; default ").append(value));
            text.append('\n');
            wrapped(text, spec.doc());
        }
    }

    private static void wrapped(StringBuilder text, String sentence) {
        int column = 0;
        for (String word : sentence.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                text.append('\n');
                column = 0;
            }
            String before = column == 0 ? INDENT : " ";
            text.append(before).append(word);
            column += before.length() + word.length();
        }
        text.append('\n');
    }

    /**
     * The manual for programs.
     *
     * @return maps and lists of text, numbers and truth values
     */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("driver", driver.name());
        tree.put("kind", kind());
        tree.put("options", options(driver.options()));
        tree.put("node-options", options(nodeOptions));
        tree.put("create-options", options(driver.createOptions()));
        tree.put("amend-options", options(driver.amendOptions()));
        tree.put("objects", driver.objectKinds().stream()
                .map(kind -> Map.of("qom-type", kind.name(), "options", options(kind.options()))).toList());
        return tree;
    }

    private static List<Map<String, Object>> options(OptionSchema schema) {
        return schema.specs().stream().map(DriverManual::option).toList();
    }

    private static Map<String, Object> option(OptionSpec spec) {
        Map<String, Object> option = new LinkedHashMap<>();
        option.put("name", spec.name());
        option.put("type", word(spec.type()));
        if (spec.type() instanceof OptionType.Choice choice) {
            option.put("values", choice.values());
        }
        if (spec.type() instanceof OptionType.Number number) {
            option.put("minimum", number.min());
            option.put("maximum", number.max());
        }
        option.put("required", spec.required());
        spec.defaultText().ifPresent(value -> option.put("default-text", value));
        option.put("description", spec.doc());
        return option;
    }

    private static String word(OptionType type) {
        return switch (type) {
            case OptionType.Text text -> "string";
            case OptionType.Flag flag -> "boolean";
            case OptionType.Number number -> number.size() ? "size" : "number";
            case OptionType.Choice choice -> "choice";
            case OptionType.Child child -> child.nullable() ? "node-or-null" : "node";
            case OptionType.Children children -> "nodes";
            case OptionType.Nested nested -> "nested";
        };
    }
}
