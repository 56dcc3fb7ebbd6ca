// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.format;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Measurement;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.CreateContext;
import dev.varve.api.spi.MeasureContext;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/** The format {@code raw}: the guest's bytes as they are, or a window of them. */
public final class RawDriver implements BlockDriver {
    private static final int SECTOR = 512;
    private static final String FILE = "file";
    private static final String OFFSET = "offset";
    private static final String SIZE = "size";
    private static final String PREALLOCATION = "preallocation";
    private static final OptionSchema OPTIONS = OptionSchema.of("driver 'raw'",
            OptionSpec.required(FILE, OptionType.CHILD, "what holds the bytes"),
            OptionSpec.withDefault(OFFSET, OptionType.SIZE, "0", "where the disk begins in the file, in bytes"),
            OptionSpec.optional(SIZE, OptionType.SIZE, "the disk's fixed size in bytes, a multiple of 512; without it "
                    + "the disk reaches to the end of the file and can be resized"));
    private static final OptionSchema CREATE_OPTIONS = OptionSchema.of("creating with driver 'raw'",
            OptionSpec.withDefault(PREALLOCATION, new OptionType.Choice(List.of("off", "falloc", "full")), "off",
                    "off leaves a hole, falloc reserves space, full writes zeroes"));

    /** For {@link java.util.ServiceLoader}. */
    public RawDriver() {
    }

    @Override
    public String name() {
        return "raw";
    }

    @Override
    public NodeKind kind() {
        return NodeKind.FORMAT;
    }

    @Override
    public OptionSchema options() {
        return OPTIONS;
    }

    @Override
    public OptionSchema createOptions() {
        return CREATE_OPTIONS;
    }

    @Override
    public ProbeScore probe(ProbeHead head) {
        return ProbeScore.FALLBACK;
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        Options options = context.options();
        boolean fixed = options.has(SIZE);
        long offset = options.number(OFFSET);
        if (fixed && options.number(SIZE) % SECTOR != 0) {
            throw BlockException.invalidOption("option 'size' of driver 'raw': " + options.number(SIZE)
                    + " is not a multiple of " + SECTOR);
        }
        // A window is not what its child presents, so it is no filter over it (QEMU's raw_open).
        Set<ChildRole> roles = fixed || offset != 0 ? EnumSet.of(ChildRole.DATA, ChildRole.PRIMARY)
                : EnumSet.of(ChildRole.FILTERED, ChildRole.PRIMARY);
        BlockChild file = context.attach(FILE, roles);
        long available = file.size();
        if (offset > available) {
            throw BlockException.invalidOption("option 'offset' of driver 'raw': " + offset
                    + " lies behind the end of the file, allowed is 0 to " + available);
        }
        if (fixed && options.number(SIZE) > available - offset) {
            throw BlockException.invalidOption("option 'size' of driver 'raw': " + options.number(SIZE)
                    + " bytes at offset " + offset + " do not fit into the file, allowed is 0 to "
                    + (available - offset));
        }
        return new RawNode(file, offset, fixed ? options.number(SIZE) : RawNode.TO_THE_END);
    }

    @Override
    public void create(CreateContext context) throws IOException {
        Preallocation mode = Preallocation.valueOf(context.options().text(PREALLOCATION).toUpperCase(Locale.ROOT));
        // Whole sectors, as in QEMU (raw_co_create_opts of the file driver).
        long size = Math.ceilDiv(context.size(), SECTOR) * SECTOR;
        try {
            context.file().truncate(size, mode, RequestFlags.NONE);
        } catch (BlockException e) {
            // A device's size is fixed: one that is large enough will do.
            boolean suffices = mode == Preallocation.OFF && context.file().size() >= size;
            if (e.kind() != ErrorKind.UNSUPPORTED || !suffices) {
                throw e;
            }
        }
    }

    @Override
    public Measurement measure(MeasureContext context) throws IOException {
        long size = context.source().isPresent() ? context.source().get().size() : context.size();
        long bytes = size + SECTOR - 1 & -SECTOR;
        return new Measurement(bytes, bytes, OptionalLong.empty());
    }
}
