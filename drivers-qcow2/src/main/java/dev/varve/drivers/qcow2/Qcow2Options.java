// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import dev.varve.drivers.qcow2.allocation.WriteSettings;
import dev.varve.drivers.qcow2.encryption.EncryptionOptions;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.mapping.CacheSizes;
import java.util.OptionalLong;

/** The options of an open node (QEMU's {@code BlockdevOptionsQcow2}), declared and read. */
final class Qcow2Options {
    static final String FILE = "file";
    static final String BACKING = "backing";
    static final String DATA_FILE = "data-file";

    private static final String LAZY_REFCOUNTS = "lazy-refcounts";
    private static final String PASS_DISCARD_REQUEST = "pass-discard-request";
    private static final String PASS_DISCARD_SNAPSHOT = "pass-discard-snapshot";
    private static final String PASS_DISCARD_OTHER = "pass-discard-other";
    private static final String CACHE_CLEAN_INTERVAL = "cache-clean-interval";
    private static final String CACHE_SIZE = "cache-size";
    private static final String L2_CACHE_SIZE = "l2-cache-size";
    private static final String L2_CACHE_ENTRY_SIZE = "l2-cache-entry-size";
    private static final String REFCOUNT_CACHE_SIZE = "refcount-cache-size";

    private static final long MAX_INTERVAL = 0xffff_ffffL;

    static final OptionSchema SCHEMA = OptionSchema.of("driver 'qcow2'",
            OptionSpec.required(FILE, OptionType.CHILD, "the node that the image lies in"),
            OptionSpec.optional(BACKING, OptionType.CHILD_OR_NULL,
                    "the backing file; null for none; left out, the one that the image names"),
            OptionSpec.optional(DATA_FILE, OptionType.CHILD,
                    "the external data file, for images that have one; left out, the one that the image names"),
            OptionSpec.optional(LAZY_REFCOUNTS, OptionType.FLAG,
                    "whether refcount updates may be postponed, with the image marked dirty meanwhile; needs compat "
                            + "1.1; left out, what the image says"),
            OptionSpec.optional(PASS_DISCARD_REQUEST, OptionType.FLAG,
                    "whether the storage is told what a discard freed; left out, on where discard is unmap"),
            OptionSpec.withDefault(PASS_DISCARD_SNAPSHOT, OptionType.FLAG, "on",
                    "whether the storage is told what removed snapshots, and going back to one, freed"),
            OptionSpec.withDefault(PASS_DISCARD_OTHER, OptionType.FLAG, "off",
                    "whether the storage is told what else became free"),
            OptionSpec.optional(CACHE_SIZE, OptionType.SIZE,
                    "the most bytes of L2 tables and refcount blocks together; not with both of the next two"),
            OptionSpec.optional(L2_CACHE_SIZE, OptionType.SIZE,
                    "the most bytes of L2 tables; left out, what the whole disk needs but at most 32 MiB"),
            OptionSpec.optional(REFCOUNT_CACHE_SIZE, OptionType.SIZE,
                    "the most bytes of refcount blocks; left out, 4 clusters"),
            OptionSpec.optional(L2_CACHE_ENTRY_SIZE, OptionType.SIZE,
                    "how much of an L2 table is read at once, a power of two from 512 to the cluster size; left out, "
                            + "4 KiB or the cluster size where it is less"),
            OptionSpec.withDefault(CACHE_CLEAN_INTERVAL, new OptionType.Number(Long.MIN_VALUE, Long.MAX_VALUE, false),
                    "600", "after so many seconds without use tables leave memory; 0, only when others need the room"))
            .and(OverlapOptions.specs()).and(EncryptionOptions.ofOpening());

    private final Options options;

    Qcow2Options(Options options) {
        this.options = options;
    }

    void check(Header header) throws BlockException {
        if (options.has(LAZY_REFCOUNTS) && options.flag(LAZY_REFCOUNTS) && header.geometry().version() < 3) {
            throw BlockException.invalidOption("Lazy refcounts require a qcow2 image with at least qemu 1.1 "
                    + "compatibility level");
        }
        long interval = options.number(CACHE_CLEAN_INTERVAL);
        if (interval < 0 || interval > MAX_INTERVAL) {
            throw BlockException.invalidOption("Cache clean interval too big");
        }
        OverlapOptions.read(options);
    }

    CacheSizes cacheSizes(Geometry geometry, long size) throws BlockException {
        CacheSizes.Wishes wishes = new CacheSizes.Wishes(number(CACHE_SIZE), number(L2_CACHE_SIZE),
                number(REFCOUNT_CACHE_SIZE), number(L2_CACHE_ENTRY_SIZE));
        return CacheSizes.of(wishes, geometry, size);
    }

    WriteSettings writeSettings(CacheSizes sizes, NodeSettings settings, Header header) throws BlockException {
        boolean request = options.has(PASS_DISCARD_REQUEST) ? options.flag(PASS_DISCARD_REQUEST)
                : settings.discardUnmap();
        boolean lazy = options.has(LAZY_REFCOUNTS) ? options.flag(LAZY_REFCOUNTS)
                : header.features().lazyRefcounts();
        return new WriteSettings(sizes.refcountBytes(), OverlapOptions.read(options), request,
                options.flag(PASS_DISCARD_SNAPSHOT), options.flag(PASS_DISCARD_OTHER), lazy);
    }

    private OptionalLong number(String name) {
        return options.has(name) ? OptionalLong.of(options.number(name)) : OptionalLong.empty();
    }
}
