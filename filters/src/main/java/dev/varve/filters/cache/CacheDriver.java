// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.cache;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Driver {@code cache}: a block cache above slow storage. QEMU has none. */
public final class CacheDriver implements BlockDriver {
    private static final String SIZE = "size";
    private static final String BLOCK_SIZE = "block-size";
    private static final String READ_AHEAD = "read-ahead";
    private static final String MODE = "mode";
    private static final String WRITE_BACK = "write-back";
    private static final String WRITE_THROUGH = "write-through";
    private static final int SMALLEST_BLOCK = 4 << 10;
    private static final int LARGEST_BLOCK = 1 << 20;
    private static final int FEWEST_BLOCKS = 16;
    private static final int FARTHEST = 256 << 20;
    private static final OptionSchema OPTIONS = OptionSchema.of("driver 'cache'",
            OptionSpec.required("file", OptionType.CHILD, "the node whose content is kept"),
            OptionSpec.withDefault(SIZE, new OptionType.Number(FEWEST_BLOCKS * SMALLEST_BLOCK, Long.MAX_VALUE, true),
                    "64M", "how much content is kept in memory, at least 16 blocks"),
            OptionSpec.withDefault(BLOCK_SIZE, new OptionType.Number(SMALLEST_BLOCK, LARGEST_BLOCK, true), "64k",
                    "the unit of what is read and kept, a power of two"),
            OptionSpec.withDefault(READ_AHEAD, new OptionType.Number(0, FARTHEST, true), "1M",
                    "how much is read beyond what a sequential stream asks for, held to a quarter of size; 0 for none"),
            OptionSpec.withDefault(MODE, new OptionType.Choice(List.of(WRITE_THROUGH, WRITE_BACK)), WRITE_THROUGH,
                    "whether writes go to the child at once, or wait in memory for a flush"));

    /** Found by ServiceLoader. */
    public CacheDriver() {
    }

    @Override
    public String name() {
        return "cache";
    }

    @Override
    public NodeKind kind() {
        return NodeKind.FILTER;
    }

    @Override
    public OptionSchema options() {
        return OPTIONS;
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        CacheSettings settings = settings(context.options());
        BlockChild file = context.attach("file", Set.of(ChildRole.FILTERED, ChildRole.PRIMARY),
                (ofParent, writable) -> ofChild(ofParent, writable && settings.writeBack()));
        try {
            return new CacheNode(file, settings);
        } catch (NoClassDefFoundError e) {
            // A bundle starts without it.
            throw BlockException.unsupported("the driver 'cache' needs the library Caffeine, which is not installed");
        }
    }

    private static CacheSettings settings(Options options) throws BlockException {
        long size = options.number(SIZE);
        int block = (int) options.number(BLOCK_SIZE);
        long ahead = Math.min(options.number(READ_AHEAD), size / 4);
        if (Integer.bitCount(block) != 1) {
            throw BlockException.invalidOption("option '" + BLOCK_SIZE + "': value " + block
                    + " is not a power of two");
        }
        if (size / block < FEWEST_BLOCKS) {
            throw BlockException.invalidOption("option '" + SIZE + "': value " + size
                    + " is out of range, allowed is at least " + (long) FEWEST_BLOCKS * block + ", " + FEWEST_BLOCKS
                    + " blocks");
        }
        return new CacheSettings(size, block, (int) ahead, options.text(MODE).equals(WRITE_BACK));
    }

    /**
     * Nobody else may change the child: the cache would not know. What waits to be written may have to be when those
     * who wrote it have gone.
     */
    private static Permissions ofChild(Permissions ofParent, boolean writesBack) {
        Permissions used = writesBack ? ofParent.using(Permission.WRITE) : ofParent;
        return used.withoutSharing(Permission.WRITE, Permission.RESIZE);
    }
}
