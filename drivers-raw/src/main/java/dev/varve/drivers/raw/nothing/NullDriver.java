// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.nothing;

import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;

/** A protocol that stores nothing, under one of QEMU's two names for it. */
abstract sealed class NullDriver implements BlockDriver permits NullCoDriver, NullAioDriver {
    private static final String SIZE = "size";
    private static final String LATENCY = "latency-ns";
    private static final String READ_ZEROES = "read-zeroes";

    private final String name;
    private final OptionSchema options;
    private final OptionSchema createOptions;

    NullDriver(String name) {
        this.name = name;
        this.options = OptionSchema.of("driver '" + name + "'",
                OptionSpec.withDefault(SIZE, OptionType.SIZE, "1G", "the size in bytes"),
                OptionSpec.withDefault(LATENCY, OptionType.COUNT, "0",
                        "how many nanoseconds each read, write and flush takes at least"),
                OptionSpec.withDefault(READ_ZEROES, OptionType.FLAG, "off",
                        "whether reads clear the buffer; off leaves in it what it held"));
        this.createOptions = OptionSchema.of("creating with driver '" + name + "'");
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final NodeKind kind() {
        return NodeKind.PROTOCOL;
    }

    @Override
    public final OptionSchema options() {
        return options;
    }

    @Override
    public final OptionSchema createOptions() {
        return createOptions;
    }

    @Override
    public final ProbeScore probe(ProbeHead head) {
        return ProbeScore.NONE;
    }

    @Override
    public final BlockNode open(OpenContext context) {
        Options given = context.options();
        return new NullNode(name, given.number(SIZE), given.number(LATENCY), given.flag(READ_ZEROES));
    }
}
