// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Measurement;
import dev.varve.api.block.Preallocation;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.CreateContext;
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
            OptionSpec.withDefault(CLUSTER_SIZE, OptionType.SIZE,
                    "65536", "the cluster size, a power of two from 512 to 2M"),
            OptionSpec.withDefault(COMPAT, OptionType.TEXT, "1.1",
                    "the version of the format: 0.10 or v2, 1.1 or v3"),
            OptionSpec.withDefault(COMPRESSION_TYPE, new OptionType.Choice(List.of("zlib", "zstd")), "zlib",
                    "how compressed clusters are compressed; zstd needs compat 1.1"),
            OptionSpec.optional(DATA_FILE, OptionType.TEXT,
                    "the name of an external data file, which is created; needs compat 1.1"),
            OptionSpec.optional(DATA_FILE_RAW, OptionType.FLAG,
                    "whether the external data file must stay readable as a raw image; not with a backing file"),
            OptionSpec.withDefault(EXTENDED_L2, OptionType.FLAG, "off",
                    "extended L2 entries, which describe subclusters; needs compat 1.1 and clusters of 16 KiB"),
            OptionSpec.withDefault(LAZY_REFCOUNTS, OptionType.FLAG, "off",
                    "whether writers may postpone refcount updates; needs compat 1.1"),
            OptionSpec.withDefault(PREALLOCATION, OptionType.TEXT, "off",
                    "whether clusters are allocated at once, and their storage reserved or written; not with a "
                            + "backing file"),
            OptionSpec.withDefault(REFCOUNT_BITS, new OptionType.Number(Long.MIN_VALUE, Long.MAX_VALUE, false), "16",
                    "the width of refcounts, a power of two; 16 with compat 0.10"))
            .and(EncryptionOptions.ofCreating());

    private final Options options;
    private final Secrets secrets;

    Qcow2CreateOptions(Options options, Secrets secrets) {
        this.options = options;
        this.secrets = secrets;
    }

    /** Lays an image out. */
    void lay(CreateContext context) throws IOException {
        Geometry geometry = geometry();
        boolean lazy = options.flag(LAZY_REFCOUNTS);
        if (lazy && geometry.version() < 3) {
            throw BlockException.invalidOption("Lazy refcounts only supported with compatibility level 1.1 and above "
                    + "(use version=v3 or greater)");
        }
        Preallocation preallocation = preallocation();
        Optional<String> backing = text(BACKING_FILE);
        Optional<String> format = text(BACKING_FMT);
        if (backing.isPresent() && preallocation != Preallocation.OFF) {
            throw BlockException.invalidOption("Backing file and preallocation can only be used at the same time if "
                    + "extended_l2 is enabled");
        }
        if (backing.isEmpty() && format.isPresent()) {
            throw BlockException.invalidOption("Backing format cannot be used without backing file");
        }
        if (format.orElse("").length() > HeaderExtension.BackingFormat.MAX_BYTES) {
            throw BlockException.invalidOption("backing_fmt has " + format.get().length()
                    + " characters, allowed are at most " + HeaderExtension.BackingFormat.MAX_BYTES);
        }
        boolean raw = options.has(DATA_FILE_RAW) && options.flag(DATA_FILE_RAW);
        if (raw && backing.isPresent()) {
            throw BlockException.invalidOption("Backing file and data-file-raw cannot be used at the same time");
        }
        Optional<String> dataFile = text(DATA_FILE);
        HeaderPlan plan = new HeaderPlan(geometry, lazy, raw, zstd() ? 1 : 0, backing, format, dataFile,
                EncryptionOptions.wanted(options, secrets));
        BlockChild data = dataFile.isPresent() ? context.createFile(dataFile.get()) : context.file();
        new ImageLayout(context.file(), data, plan).write(context.size(), preallocation);
    }

    private boolean zstd() {
        return options.text(COMPRESSION_TYPE).equals("zstd");
    }

    /** What version 2 has no room for, and what needs something else (QEMU's order and words). */
    private void checkFeatures(int version, long clusterSize) throws BlockException {
        boolean raw = options.has(DATA_FILE_RAW) && options.flag(DATA_FILE_RAW);
        boolean data = text(DATA_FILE).isPresent();
        if (raw && !data) {
            throw BlockException.invalidOption("data-file-raw requires data-file");
        }
        needsVersion3(version, data, "External data files are");
        needsVersion3(version, options.flag(EXTENDED_L2), "Extended L2 entries are");
        if (options.flag(EXTENDED_L2) && clusterSize < 1 << Geometry.MIN_EXTENDED_CLUSTER_BITS) {
            throw BlockException.invalidOption("Extended L2 entries are only supported with cluster sizes of at least "
                    + (1 << Geometry.MIN_EXTENDED_CLUSTER_BITS) + " bytes");
        }
        needsVersion3(version, zstd(), "Non-zlib compression type is");
    }

    private static void needsVersion3(int version, boolean wanted, String what) throws BlockException {
        if (wanted && version < 3) {
            throw BlockException.invalidOption(what
                    + " only supported with compatibility level 1.1 and above (use version=v3 or greater)");
        }
    }

    private Optional<String> text(String name) {
        return options.optionalText(name).filter(text -> !text.isEmpty());
    }

    private int version() throws BlockException {
        String compat = options.text(COMPAT);
        return switch (compat) {
            case "0.10", "v2" -> 2;
            case "1.1", "v3" -> 3;
            default -> throw BlockException.invalidOption("Parameter 'version' does not accept value '" + compat
                    + "'");
        };
    }

    private Preallocation preallocation() throws BlockException {
        String wanted = options.text(PREALLOCATION);
        for (Preallocation mode : Preallocation.values()) {
            if (mode.text().equals(wanted)) {
                return mode;
            }
        }
        throw BlockException.invalidOption("Parameter 'preallocation' does not accept value '" + wanted + "'");
    }

    /** How large the image would be. */
    Measurement measure(long size, Optional<BlockChild> source) throws IOException {
        Geometry geometry = geometry();
        long payload = geometry.offsetOf(geometry.clustersFor(EncryptionOptions.headerBytes(options)));
        return new Qcow2Measure(geometry, geometry.l2EntryBytes(), payload).measure(size, preallocation(),
                text(BACKING_FILE).isPresent(), source);
    }

    private Geometry geometry() throws BlockException {
        int version = version();
        long clusterSize = options.number(CLUSTER_SIZE);
        if (Long.bitCount(clusterSize) != 1 || clusterSize < MIN_CLUSTER_SIZE || clusterSize > MAX_CLUSTER_SIZE) {
            throw BlockException.invalidOption("Cluster size must be a power of two between " + MIN_CLUSTER_SIZE
                    + " and " + MAX_CLUSTER_SIZE / 1024 + "k");
        }
        long bits = options.number(REFCOUNT_BITS);
        if (Long.bitCount(bits) != 1 || bits > 1 << Geometry.MAX_REFCOUNT_ORDER) {
            throw BlockException.invalidOption("Refcount width must be a power of two and may not exceed 64 bits");
        }
        int order = Long.numberOfTrailingZeros(bits);
        if (version < 3 && order != Geometry.DEFAULT_REFCOUNT_ORDER) {
            throw BlockException.invalidOption("Different refcount widths than 16 bits require compatibility level 1.1 "
                    + "or above (use version=v3 or greater)");
        }
        checkFeatures(version, clusterSize);
        return new Geometry(version, Long.numberOfTrailingZeros(clusterSize), order, options.flag(EXTENDED_L2),
                text(DATA_FILE).isPresent());
    }
}
