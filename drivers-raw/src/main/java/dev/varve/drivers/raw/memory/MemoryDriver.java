// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.memory;

import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;

/** The protocol {@code memory}, Varve's own: bytes on the Java heap, allocated as they are written. */
public final class MemoryDriver implements BlockDriver {
    private static final String SIZE = "size";
    private static final OptionSchema OPTIONS = OptionSchema.of("driver 'memory'", OptionSpec.withDefault(SIZE,
            OptionType.SIZE, "0", "the size in bytes to begin with; only what is written takes memory"));

    /** For {@link java.util.ServiceLoader}. */
    public MemoryDriver() {
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public NodeKind kind() {
        return NodeKind.PROTOCOL;
    }

    @Override
    public OptionSchema options() {
        return OPTIONS;
    }

    @Override
    public BlockNode open(OpenContext context) {
        return new MemoryNode(context.options().number(SIZE));
    }
}
