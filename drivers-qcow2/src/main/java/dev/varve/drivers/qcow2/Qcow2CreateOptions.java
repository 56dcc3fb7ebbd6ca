// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Preallocation;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import dev.varve.drivers.qcow2.crypto.Secrets;
import dev.varve.drivers.qcow2.encryption.EncryptionOptions;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The options of creating an image (QEMU's {@code qcow2_create_opts}), declared, read and checked. */
final class Qcow2CreateOptions {
    private static final String BACKING_FILE = "backing_file";
    private static final String BACKING_FMT = "backing_fmt";
    private static final String CLUSTER_SIZE = "cluster_size";
    private static final String COMPAT = "compat";
    private static final String COMPRESSION_TYPE = "compression_type";
    private static final String DATA_FILE = "data_file";
    private static final String DATA_FILE_RAW = "data_file_raw";
    private static final String EXTENDED_L2 = "extended_l2";
    private static final String LAZY_REFCOUNTS = "lazy_refcounts";
    private static final String PREALLOCATION = "preallocation";
    private static final String REFCOUNT_BITS = "refcount_bits";

    private static final long MIN_CLUSTER_SIZE = 1L << Geometry.MIN_CLUSTER_BITS;
    private static final long MAX_CLUSTER_SIZE = 1L << Geometry.MAX_CLUSTER_BITS;

    static final OptionSchema SCHEMA = OptionSchema.of("creating 'qcow2'",
            OptionSpec.optional(BACKING_FILE, OptionType.TEXT, "the name of the backing file; left out, none"),
            OptionSpec.optional(BACKING_FMT, OptionType.TEXT, "the driver of the backing file"),
            OptionSpec.withDefault(CLUSTER_SIZE, new OptionType.Number(MIN_CLUSTER_SIZE, MAX_CLUSTER_SIZE, true),
                    "65536", "the cluster size, a power of two from 512 to 2M"),
            OptionSpec.withDefault(COMPAT, new OptionType.Choice(List.of("0.10", "1.1", "v2", "v3")), "1.1",
                    "the version of the format: 0.10 or v2, 1.1 or v3"),
            OptionSpec.withDefault(COMPRESSION_TYPE, new OptionType.Choice(List.of("zlib", "zstd")), "zlib",
                    "how compressed clusters are compressed; zstd is refused for now"),
            OptionSpec.optional(DATA_FILE, OptionType.TEXT, "an external data file; refused for now"),
            OptionSpec.optional(DATA_FILE_RAW, OptionType.FLAG,
                    "whether the external data file is a raw image; on is refused for now"),
            OptionSpec.withDefault(EXTENDED_L2, OptionType.FLAG, "off", "extended L2 entries; on is refused for now"),
            OptionSpec.withDefault(LAZY_REFCOUNTS, OptionType.FLAG, "off",
                    "whether writers may postpone refcount updates; needs compat 1.1"),
            OptionSpec.withDefault(PREALLOCATION,
                    new OptionType.Choice(List.of("off", "metadata", "falloc", "full")), "off",
                    "whether clusters are allocated at once, and their storage reserved or written; not with a "
                            + "backing file"),
            OptionSpec.withDefault(REFCOUNT_BITS, new OptionType.Number(1, 64, false), "16",
                    "the width of refcounts, a power of two; 16 with compat 0.10"))
            .and(EncryptionOptions.ofCreating());

    private final Options options;
    private final Secrets secrets;

    Qcow2CreateOptions(Options options, Secrets secrets) {
        this.options = options;
        this.secrets = secrets;
    }

    /** Lays an image out. */
    void lay(BlockChild file, long size) throws IOException {
        refuseWhatIsNotOffered();
        Geometry geometry = geometry();
        boolean lazy = options.flag(LAZY_REFCOUNTS);
        if (lazy && geometry.version() < 3) {
            throw BlockException.invalidOption("lazy_refcounts is on, allowed with compat 0.10 is off");
        }
        Preallocation preallocation = Preallocation.valueOf(options.text(PREALLOCATION).toUpperCase(Locale.ROOT));
        Optional<String> backing = text(BACKING_FILE);
        Optional<String> format = text(BACKING_FMT);
        if (backing.isPresent() && preallocation != Preallocation.OFF) {
            throw BlockException.invalidOption("preallocation is " + preallocation.text()
                    + ", allowed with a backing file is off");
        }
        if (backing.isEmpty() && format.isPresent()) {
            throw BlockException.invalidOption("backing_fmt cannot be used without backing_file");
        }
        if (format.orElse("").length() > HeaderExtension.BackingFormat.MAX_BYTES) {
            throw BlockException.invalidOption("backing_fmt has " + format.get().length()
                    + " characters, allowed are at most " + HeaderExtension.BackingFormat.MAX_BYTES);
        }
        new ImageLayout(file, geometry, lazy, backing, format, EncryptionOptions.wanted(options, secrets))
                .write(size, preallocation);
    }

    private Optional<String> text(String name) {
        return options.has(name) && !options.text(name).isEmpty() ? Optional.of(options.text(name))
                : Optional.empty();
    }

    private void refuseWhatIsNotOffered() throws BlockException {
        for (String name : List.of(DATA_FILE)) {
            if (options.has(name)) {
                throw BlockException.unsupported("option '" + name + "' is not supported yet");
            }
        }
        for (String name : List.of(DATA_FILE_RAW, EXTENDED_L2)) {
            if (options.has(name) && options.flag(name)) {
                throw BlockException.unsupported("option '" + name + "=on' is not supported yet");
            }
        }
        if (options.text(COMPRESSION_TYPE).equals("zstd")) {
            throw BlockException.unsupported("option 'compression_type=zstd' is not supported yet, allowed is zlib");
        }
    }

    private Geometry geometry() throws BlockException {
        int version = options.text(COMPAT).equals("0.10") || options.text(COMPAT).equals("v2") ? 2 : 3;
        long clusterSize = options.number(CLUSTER_SIZE);
        if (Long.bitCount(clusterSize) != 1) {
            throw BlockException.invalidOption("cluster_size is " + clusterSize + ", allowed is a power of two from "
                    + MIN_CLUSTER_SIZE + " to " + MAX_CLUSTER_SIZE);
        }
        long bits = options.number(REFCOUNT_BITS);
        if (Long.bitCount(bits) != 1) {
            throw BlockException.invalidOption("refcount_bits is " + bits + ", allowed is a power of two from 1 to 64");
        }
        int order = Long.numberOfTrailingZeros(bits);
        if (version < 3 && order != Geometry.DEFAULT_REFCOUNT_ORDER) {
            throw BlockException.invalidOption("refcount_bits is " + bits + ", allowed with compat 0.10 is 16");
        }
        return new Geometry(version, Long.numberOfTrailingZeros(clusterSize), order);
    }
}
