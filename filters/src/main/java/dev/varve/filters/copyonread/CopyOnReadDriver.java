// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.copyonread;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.NodeName;
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
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Driver {@code copy-on-read} (QEMU's {@code block/copy-on-read.c}). */
public final class CopyOnReadDriver implements BlockDriver {
    private static final String BOTTOM = "bottom";
    private static final OptionSchema OPTIONS = OptionSchema.of("driver 'copy-on-read'",
            OptionSpec.required("file", OptionType.CHILD, "the node that is read, and written with what was read"),
            OptionSpec.optional(BOTTOM, OptionType.TEXT,
                    "node-name of the lowest layer whose data is copied; without it, that of all layers is"));

    /** Found by ServiceLoader. */
    public CopyOnReadDriver() {
    }

    @Override
    public String name() {
        return "copy-on-read";
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
        BlockChild file = context.attach("file", Set.of(ChildRole.FILTERED, ChildRole.PRIMARY),
                (ofParent, writable) -> withUnchangedWrites(ofParent));
        Optional<NodeName> bottom = context.options().optionalText(BOTTOM).map(NodeName::new);
        return new CopyOnReadNode(file, bottom);
    }

    private static Permissions withUnchangedWrites(Permissions ofParent) {
        EnumSet<Permission> shared = EnumSet.of(Permission.WRITE_UNCHANGED);
        shared.addAll(ofParent.shared());
        return new Permissions(ofParent.using(Permission.WRITE_UNCHANGED).used(), shared);
    }
}
