// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import java.util.List;

/**
 * The limits that the filter shows, whatever its child has. A value of 0 is as good as none.
 *
 * @param limits what requests are shaped by; discards are not
 * @param discardAlignment the granularity of discards
 * @param longestDiscard the longest discard
 */
record LimitOptions(BlockLimits limits, long discardAlignment, long longestDiscard) {
    private static final String ALIGN = "align";
    private static final String MAX_TRANSFER = "max-transfer";
    private static final String OPT_WRITE_ZERO = "opt-write-zero";
    private static final String MAX_WRITE_ZERO = "max-write-zero";
    private static final String OPT_DISCARD = "opt-discard";
    private static final String MAX_DISCARD = "max-discard";

    static final List<OptionSpec> SPECS = List.of(
            size(ALIGN, "the alignment of requests, a power of two; 0 for none"),
            size(MAX_TRANSFER, "the longest read or write, a multiple of align; 0 for no limit"),
            size(OPT_WRITE_ZERO, "the granularity of write zeroes, a multiple of align: less is written as data"),
            size(MAX_WRITE_ZERO, "the longest write zeroes, a multiple of opt-write-zero and align; 0 for no limit"),
            size(OPT_DISCARD, "the granularity of discards, a multiple of align"),
            size(MAX_DISCARD, "the longest discard, a multiple of opt-discard and align; 0 for no limit"));

    private static OptionSpec size(String name, String doc) {
        return OptionSpec.withDefault(name, OptionType.SIZE, "0", doc);
    }

    static LimitOptions of(Options options) throws BlockException {
        long align = Math.max(1, options.number(ALIGN));
        if (align >= Integer.MAX_VALUE || Long.bitCount(align) != 1) {
            throw unmet(ALIGN, align);
        }
        long transfer = multiple(options, MAX_TRANSFER, align);
        long zero = multiple(options, OPT_WRITE_ZERO, align);
        long longestZero = multiple(options, MAX_WRITE_ZERO, Math.max(zero, align));
        long discard = multiple(options, OPT_DISCARD, align);
        long longestDiscard = multiple(options, MAX_DISCARD, Math.max(discard, align));
        BlockLimits none = BlockLimits.NONE;
        int most = (int) Math.max(align, none.maxTransfer() & -align);
        BlockLimits limits = new BlockLimits((int) align, 1, transfer == 0 ? most : (int) transfer,
                (int) Math.max(zero, align), longestZero == 0 ? none.maxZeroes() : longestZero, (int) align,
                none.maxDiscard());
        return new LimitOptions(limits, discard, longestDiscard == 0 ? none.maxDiscard() : longestDiscard);
    }

    private static long multiple(Options options, String name, long unit) throws BlockException {
        long value = options.number(name);
        if (value >= Integer.MAX_VALUE || value % unit != 0) {
            throw unmet(name, value);
        }
        return value;
    }

    private static BlockException unmet(String name, long value) {
        return BlockException.invalidOption("Cannot meet constraints with " + name + " " + value);
    }
}
