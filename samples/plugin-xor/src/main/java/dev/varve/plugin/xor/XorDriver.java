// SPDX-License-Identifier: Apache-2.0
package dev.varve.plugin.xor;

import dev.varve.api.block.*;
import dev.varve.api.spi.*;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/** The filter {@code xor}: each byte of the disk is the child's byte, xor a key. Hides content from a glance only. */
public final class XorDriver implements BlockDriver {
    @Override public String name() { return "xor"; }
    @Override public NodeKind kind() { return NodeKind.FILTER; }

    @Override public OptionSchema options() {
        return OptionSchema.of("driver 'xor'",
                OptionSpec.required("file", OptionType.CHILD, "what is filtered"),
                OptionSpec.required("key", new OptionType.Number(0, 255, false), "the byte to combine with"));
    }

    @Override public BlockNode open(OpenContext context) throws IOException {
        BlockChild file = context.attach("file", Set.of(ChildRole.FILTERED, ChildRole.PRIMARY));
        return new Node(file, (byte) context.options().number("key"));
    }

    private static final class Node extends FilterNode {
        private final byte key;

        Node(BlockChild file, byte key) {
            super(file, SpiLevel.V1_1);
            this.key = key;
        }

        @Override public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
            int from = dst.position();
            super.read(offset, dst, flags);
            for (int i = from; i < dst.limit(); i++) dst.put(i, (byte) (dst.get(i) ^ key));
        }

        @Override public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
            ByteBuffer changed = ByteBuffer.allocateDirect(src.remaining()); // the caller's buffer stays as it is
            while (src.hasRemaining()) changed.put((byte) (src.get() ^ key));
            super.write(offset, changed.flip(), flags);
        }

        /** The child's zeroes are not ours: the edge writes bytes instead. */
        @Override public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
            throw BlockException.unsupported("zeroes have to be written through the filter");
        }

        /** Nor may anybody look past the filter for what the storage holds. */
        @Override public BlockStatus blockStatus(long offset, long bytes, Effort effort) {
            return new BlockStatus.Data(bytes, Optional.empty(), false);
        }
    }
}
