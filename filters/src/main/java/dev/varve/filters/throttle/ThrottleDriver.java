// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.ObjectKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Driver {@code throttle} (QEMU's {@code block/throttle.c}). */
public final class ThrottleDriver implements BlockDriver {
    private static final OptionSchema OPTIONS = OptionSchema.of("driver 'throttle'",
            OptionSpec.required(ThrottleGroupKind.NAME, OptionType.TEXT,
                    "id of the throttle-group whose limits hold for the node and the other members"),
            OptionSpec.required("file", OptionType.CHILD, "the node whose requests are limited"));

    /** Found by ServiceLoader. */
    public ThrottleDriver() {
    }

    @Override
    public String name() {
        return "throttle";
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
    public List<ObjectKind> objectKinds() {
        return List.of(ThrottleGroupKind.INSTANCE);
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        String id = context.options().text(ThrottleGroupKind.NAME);
        if (!(context.object(ThrottleGroupKind.NAME, id) instanceof ThrottleGroup group)) {
            throw BlockException.invalidOption("throttle-group '" + id
                    + "' was made by another version of the driver 'throttle'");
        }
        BlockChild file = context.attach("file", Set.of(ChildRole.FILTERED, ChildRole.PRIMARY));
        return new ThrottleNode(file, group);
    }
}
