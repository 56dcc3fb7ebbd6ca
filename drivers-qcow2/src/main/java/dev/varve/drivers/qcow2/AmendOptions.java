// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.drivers.qcow2.encryption.EncryptionOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What {@code qemu-img amend} can change of an image. */
final class AmendOptions {
    static final String BACKING_FILE = "backing_file";
    static final String BACKING_FMT = "backing_fmt";
    static final String COMPAT = "compat";
    static final String DATA_FILE = "data_file";
    static final String DATA_FILE_RAW = "data_file_raw";
    static final String LAZY_REFCOUNTS = "lazy_refcounts";
    static final String REFCOUNT_BITS = "refcount_bits";
    static final String SIZE = "size";

    static final OptionSchema SCHEMA = new OptionSchema("amending 'qcow2'", specs());

    private AmendOptions() {
    }

    private static List<OptionSpec> specs() {
        List<OptionSpec> specs = new ArrayList<>(EncryptionOptions.ofAmending());
        specs.add(OptionSpec.optional(BACKING_FILE, OptionType.TEXT, "File name of a base image"));
        specs.add(OptionSpec.optional(BACKING_FMT, OptionType.TEXT, "Image format of the base image"));
        specs.add(OptionSpec.optional(COMPAT, OptionType.TEXT, "Compatibility level (v2 [0.10] or v3 [1.1])"));
        specs.add(OptionSpec.optional(DATA_FILE, OptionType.TEXT, "File name of an external data file"));
        specs.add(OptionSpec.optional(DATA_FILE_RAW, OptionType.FLAG,
                "The external data file must stay valid as a raw image"));
        specs.add(OptionSpec.optional(LAZY_REFCOUNTS, OptionType.FLAG, "Postpone refcount updates"));
        specs.add(OptionSpec.optional(REFCOUNT_BITS, OptionType.COUNT, "Width of a reference count entry in bits"));
        specs.add(OptionSpec.optional(SIZE, OptionType.SIZE, "Virtual disk size"));
        specs.sort(Comparator.comparing(OptionSpec::name));
        return specs;
    }
}
