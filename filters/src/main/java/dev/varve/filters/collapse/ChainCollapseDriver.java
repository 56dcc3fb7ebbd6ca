// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
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
import java.util.OptionalLong;
import java.util.Set;

/** Driver {@code chain-collapse}. The runtime finds it by this name and puts it above frozen chains by itself. */
public final class ChainCollapseDriver implements BlockDriver {
    private static final String OWNER = "driver 'chain-collapse'";
    private static final String MEMORY = "memory";
    private static final String PREFETCH = "prefetch";
    private static final String GRANULARITY = "granularity";
    private static final long LEAST_MEMORY = 64 << 10;
    private static final OptionSchema OPTIONS = OptionSchema.of(OWNER,
            OptionSpec.required("file", OptionType.CHILD, "the topmost layer of the chain"),
            OptionSpec.optional(MEMORY, OptionType.SIZE,
                    "the most memory for this index, at least 64 KiB; without it a share of what all have together"),
            OptionSpec.withDefault(PREFETCH, OptionType.FLAG, "off",
                    "find out all of a span when it is first touched, not only what a request needs"),
            OptionSpec.optional(GRANULARITY, OptionType.SIZE,
                    "the unit of the index, a power of two from 512 bytes to 2 MiB; without it the smallest cluster "
                    + "of the chain"));

    /** Found by ServiceLoader. */
    public ChainCollapseDriver() {
    }

    @Override
    public String name() {
        return "chain-collapse";
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
        IndexSettings settings = settings(context.options());
        BlockChild file = context.attach("file", Set.of(ChildRole.FILTERED, ChildRole.PRIMARY));
        return new ChainCollapseNode(file, settings);
    }

    private static IndexSettings settings(Options options) throws BlockException {
        IndexBudget budget = IndexBudget.OF_PROCESS;
        if (options.has(MEMORY)) {
            budget = new IndexBudget(inRange(MEMORY, options.number(MEMORY), LEAST_MEMORY, Long.MAX_VALUE));
        }
        OptionalLong granularity = OptionalLong.empty();
        if (options.has(GRANULARITY)) {
            long bytes = inRange(GRANULARITY, options.number(GRANULARITY), IndexShape.SMALLEST_GRANULE,
                    IndexShape.LARGEST_GRANULE);
            if (Long.bitCount(bytes) != 1) {
                throw BlockException.invalidOption("option '" + GRANULARITY + "' of " + OWNER + ": value " + bytes
                        + " does not fit, allowed is: a power of two");
            }
            granularity = OptionalLong.of(bytes);
        }
        return new IndexSettings(budget, options.flag(PREFETCH), granularity);
    }

    private static long inRange(String option, long value, long least, long most) throws BlockException {
        if (value < least || value > most) {
            throw BlockException.invalidOption("option '" + option + "' of " + OWNER + ": value " + value
                    + " does not fit, allowed is: at least " + least
                    + (most == Long.MAX_VALUE ? "" : " and at most " + most));
        }
        return value;
    }
}
