// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import dev.varve.drivers.qcow2.allocation.MetadataKind;
import dev.varve.drivers.qcow2.allocation.OverlapSettings;
import java.util.ArrayList;
import java.util.List;

/** {@code overlap-check}: a word, or a template with single switches (QEMU's {@code Qcow2OverlapChecks}). */
final class OverlapOptions {
    private static final String WORD = "overlap-check";
    private static final String TEMPLATE = "overlap-check.template";

    private OverlapOptions() {
    }

    static List<OptionSpec> specs() {
        List<OptionSpec> specs = new ArrayList<>();
        specs.add(OptionSpec.optional(WORD, OptionType.TEXT,
                "what writes are compared with, so that wrong refcounts do not make them overwrite metadata: none; "
                        + "constant: the header, the active L1 table, the refcount table, the snapshot table and the "
                        + "bitmap directory; cached: also the first 524,288 L2 tables, refcount blocks and L1 tables "
                        + "of snapshots that the image has when it is first written; all: also the L2 tables of "
                        + "snapshots; left out, cached"));
        specs.add(OptionSpec.optional(TEMPLATE, OptionType.TEXT,
                "the word that the switches below start from; left out, cached"));
        for (MetadataKind kind : MetadataKind.values()) {
            specs.add(OptionSpec.optional(WORD + "." + kind.option(), OptionType.FLAG,
                    "whether writes onto this are refused: " + kind.text()));
        }
        return specs;
    }

    static OverlapSettings read(Options options) throws BlockException {
        boolean both = options.has(WORD) && options.has(TEMPLATE);
        if (both && !options.text(WORD).equals(options.text(TEMPLATE))) {
            throw BlockException.invalidOption("Conflicting values for qcow2 options 'overlap-check' ('"
                    + options.text(WORD) + "') and 'overlap-check.template' ('" + options.text(TEMPLATE) + "')");
        }
        OverlapSettings settings = template(options.has(WORD) ? options.text(WORD)
                : options.has(TEMPLATE) ? options.text(TEMPLATE) : "cached");
        for (MetadataKind kind : MetadataKind.values()) {
            String name = WORD + "." + kind.option();
            if (options.has(name)) {
                settings = options.flag(name) ? settings.with(kind) : settings.without(kind);
            }
        }
        return settings;
    }

    private static OverlapSettings template(String word) throws BlockException {
        return switch (word) {
            case "none" -> OverlapSettings.NONE;
            case "constant" -> OverlapSettings.CONSTANT;
            case "cached" -> OverlapSettings.CACHED;
            case "all" -> OverlapSettings.ALL;
            default -> throw BlockException.invalidOption("Unsupported value '" + word + "' for qcow2 option "
                    + "'overlap-check'. Allowed are any of the following: none, constant, cached, all");
        };
    }
}
