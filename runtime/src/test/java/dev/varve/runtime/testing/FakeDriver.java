// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.testing;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import java.io.IOException;
import java.util.List;

/** A driver that opens nothing. */
public final class FakeDriver implements BlockDriver {
    private final String name;
    private final NodeKind kind;
    private final int score;
    private final OptionSchema options;

    /** A driver with options. */
    public FakeDriver(String name, NodeKind kind, int score, OptionSpec... options) {
        this.name = name;
        this.kind = kind;
        this.score = score;
        this.options = OptionSchema.of("driver '" + name + "'", options);
    }

    /** A format with every sort of option. */
    public static FakeDriver qcow2() {
        return new FakeDriver("qcow2", NodeKind.FORMAT, 100,
                OptionSpec.required("file", OptionType.CHILD, "the image"),
                OptionSpec.optional("backing", OptionType.CHILD_OR_NULL, "what lies below"),
                OptionSpec.withDefault("lazy-refcounts", OptionType.FLAG, "off", "postpone refcounts"),
                OptionSpec.optional("cache-size", OptionType.SIZE, "both caches"),
                OptionSpec.optional("l2-cache-size", new OptionType.Number(512, 4096, true), "one cache"),
                OptionSpec.optional("cache-clean-interval", OptionType.COUNT, "in seconds"),
                OptionSpec.optional("overlap-check", new OptionType.Choice(List.of("none", "cached")), "what to check"),
                OptionSpec.optional("overlap-check.template", OptionType.TEXT, "what to begin with"),
                OptionSpec.optional("encrypt.key-secret", OptionType.TEXT, "the secret"));
    }

    /** Protocols with and without a file name, and formats. */
    public static List<BlockDriver> usual() {
        return List.of(qcow2(), new FakeDriver("raw", NodeKind.FORMAT, 1,
                OptionSpec.required("file", OptionType.CHILD, "the image")), protocol("file"), protocol("host_device"),
                new FakeDriver("null-co", NodeKind.PROTOCOL, 0), new FakeDriver("http", NodeKind.PROTOCOL, 0,
                OptionSpec.required("url", OptionType.TEXT, "the address")));
    }

    /** A protocol with a file name. */
    public static FakeDriver protocol(String name) {
        return new FakeDriver(name, NodeKind.PROTOCOL, 0,
                OptionSpec.required("filename", OptionType.TEXT, "the file"));
    }

    /** A format without options. */
    public static FakeDriver format(String name, int score) {
        return new FakeDriver(name, NodeKind.FORMAT, score);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public NodeKind kind() {
        return kind;
    }

    @Override
    public OptionSchema options() {
        return options;
    }

    @Override
    public ProbeScore probe(ProbeHead head) {
        if (score < 0) {
            throw new IllegalStateException("this driver cannot probe");
        }
        return new ProbeScore(score);
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        throw BlockException.unsupported("this driver opens nothing");
    }

    @Override
    public String toString() {
        return name + "@" + Integer.toHexString(System.identityHashCode(this));
    }
}
