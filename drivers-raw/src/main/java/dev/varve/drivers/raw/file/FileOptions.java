// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import java.util.List;

/** The options of files and devices, with QEMU's names. */
final class FileOptions {
    static final String FILENAME = "filename";
    static final String LOCKING = "locking";
    static final String AIO = "aio";
    static final String PREALLOCATION = "preallocation";

    private FileOptions() {
    }

    static OptionSchema open(String driver) {
        return OptionSchema.of("driver '" + driver + "'",
                OptionSpec.required(FILENAME, OptionType.TEXT, "the name of the file or device"),
                OptionSpec.withDefault(LOCKING, new OptionType.Choice(List.of("auto", "on", "off")), "auto",
                        "whether other processes are told, and asked, by locks on the file what is done with it; auto "
                                + "locks where the system can"),
                OptionSpec.withDefault(AIO, new OptionType.Choice(List.of("threads", "native", "io_uring")), "threads",
                        "how QEMU hands requests to the system; here each is one blocking call whatever the value; "
                                + "native needs cache.direct=on, as in QEMU"),
                OptionSpec.withDefault("aio-max-batch", OptionType.COUNT, "0",
                        "how many requests QEMU hands over at once; without effect here"),
                OptionSpec.withDefault("drop-cache", OptionType.FLAG, "on",
                        "whether QEMU drops the page cache when a migrated guest arrives; without effect here"),
                OptionSpec.withDefault("x-check-cache-dropped", OptionType.FLAG, "off",
                        "whether QEMU verifies that the page cache was dropped; without effect here"),
                OptionSpec.optional("pr-manager", OptionType.TEXT,
                        "QEMU's object for persistent reservations of SCSI devices; without effect here"));
    }

    static OptionSchema create(String driver) {
        return OptionSchema.of("creating with driver '" + driver + "'",
                OptionSpec.withDefault(PREALLOCATION, new OptionType.Choice(List.of("off", "falloc", "full")), "off",
                        "off leaves a hole, falloc reserves space, full writes zeroes"),
                OptionSpec.optional("nocow", OptionType.FLAG,
                        "whether QEMU tells btrfs not to copy what is overwritten; without effect here"),
                OptionSpec.optional("extent_size_hint", OptionType.SIZE,
                        "the extent size that QEMU suggests to XFS; without effect here"));
    }
}
