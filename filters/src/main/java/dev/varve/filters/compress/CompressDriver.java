// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.compress;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import java.io.IOException;
import java.util.Set;

/** Driver {@code compress} (QEMU's {@code block/filter-compress.c}). */
public final class CompressDriver implements BlockDriver {
    private static final OptionSchema OPTIONS = OptionSchema.of("driver 'compress'",
            OptionSpec.required("file", OptionType.CHILD, "the node that stores what is written, compressed"));

    /** Found by ServiceLoader. */
    public CompressDriver() {
    }

    @Override
    public String name() {
        return "compress";
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
        BlockChild file = context.attach("file", Set.of(ChildRole.FILTERED, ChildRole.PRIMARY));
        if (!file.supportedFlags().write().has(RequestFlags.COMPRESSED)) {
            throw BlockException.unsupported("Compression is not supported for underlying format: node '"
                    + file.node().map(Object::toString).orElse("") + "'");
        }
        return new CompressNode(file);
    }
}
