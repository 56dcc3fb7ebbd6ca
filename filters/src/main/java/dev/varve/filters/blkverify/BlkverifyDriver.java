// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkverify;

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
import dev.varve.api.spi.PermissionPolicy;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Driver {@code blkverify} (QEMU's {@code block/blkverify.c}). */
public final class BlkverifyDriver implements BlockDriver {
    private static final String NAME = "blkverify";
    private static final String PREFIX = NAME + ":";
    private static final String RAW = "raw";
    private static final String TEST = "test";
    private static final String FILENAME = "filename";
    private static final String RAW_NAME = "x-raw";
    private static final String TEST_NAME = "x-image";
    private static final OptionSchema OPTIONS = OptionSchema.of("driver 'blkverify'",
            OptionSpec.optional(TEST, OptionType.CHILD, "the node under test, whose content and size are shown"),
            OptionSpec.optional(RAW, OptionType.CHILD, "the node that it is compared with"),
            OptionSpec.optional(TEST_NAME, OptionType.TEXT, "the image under test as users name it"),
            OptionSpec.optional(RAW_NAME, OptionType.TEXT, "what it is compared with, as users name it"),
            OptionSpec.optional(FILENAME, OptionType.TEXT,
                    "blkverify:RAW:TEST for x-raw and x-image; without the prefix as x-image"));

    private record Names(Optional<String> raw, Optional<String> test) {}

    /** Found by ServiceLoader. */
    public BlkverifyDriver() {
    }

    @Override
    public String name() {
        return NAME;
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
        Names names = names(context.options());
        Set<ChildRole> filtered = Set.of(ChildRole.FILTERED, ChildRole.PRIMARY);
        Set<ChildRole> data = Set.of(ChildRole.DATA);
        BlockChild raw = context.attachNamed(RAW, filtered, PermissionPolicy.forRoles(filtered), names.raw);
        BlockChild test = context.attachNamed(TEST, data, PermissionPolicy.forRoles(data), names.test);
        return new BlkverifyNode(raw, test);
    }

    private static Names names(Options options) throws BlockException {
        Optional<String> raw = options.optionalText(RAW_NAME);
        Optional<String> test = options.optionalText(TEST_NAME);
        String name = options.optionalText(FILENAME).orElse("");
        if (!name.startsWith(PREFIX)) {
            return new Names(raw, test.isPresent() || name.isEmpty() ? test : Optional.of(name));
        }
        int colon = name.indexOf(':', PREFIX.length());
        if (colon < 0) {
            throw BlockException.invalidOption("blkverify requires raw copy and original image path");
        }
        return new Names(Optional.of(name.substring(PREFIX.length(), colon)), Optional.of(name.substring(colon + 1)));
    }
}
