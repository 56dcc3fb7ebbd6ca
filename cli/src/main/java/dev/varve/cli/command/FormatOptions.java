// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NearestWord;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.cli.option.KeyValueList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code -o} gave, all of its lists together.
 *
 * @param values text by name
 * @param isHelp whether one of the lists asks for help
 */
record FormatOptions(Map<String, String> values, boolean isHelp) {
    private static final int COLUMN = 25;

    /** Reads the lists. */
    static FormatOptions of(List<String> lists) throws BlockException {
        Map<String, String> values = new LinkedHashMap<>();
        boolean help = false;
        for (String list : lists) {
            Map<String, String> given = KeyValueList.parse(list);
            help |= given.containsKey("help") || given.containsKey("?");
            values.putAll(given);
        }
        return new FormatOptions(values, help);
    }

    /** The driver of a format. */
    static BlockDriver driver(BlockLayer layer, String format) throws BlockException {
        for (BlockDriver driver : layer.drivers()) {
            if (driver.name().equals(format)) {
                return driver;
            }
        }
        List<String> names = layer.drivers().stream().map(BlockDriver::name).toList();
        Optional<String> nearest = NearestWord.of(format, names);
        throw BlockException.invalidOption("Unknown file format '" + format + "'" + (nearest.isPresent()
                ? "; did you mean '" + nearest.get() + "'?" : "; known are " + String.join(", ", names)));
    }

    /** Options as {@code -o help} lists them. */
    static String list(List<OptionSpec> options) {
        StringBuilder text = new StringBuilder();
        List<OptionSpec> sorted = new ArrayList<>(options);
        sorted.sort(Comparator.comparing(OptionSpec::name));
        for (OptionSpec option : sorted) {
            String head = "  " + option.name() + "=<" + kind(option.type()) + ">";
            text.append(head).repeat(' ', Math.max(1, COLUMN - head.length())).append("- ").append(option.doc())
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
            case OptionType.Children children -> "children";
            case OptionType.Nested nested -> "any";
        };
    }
}
