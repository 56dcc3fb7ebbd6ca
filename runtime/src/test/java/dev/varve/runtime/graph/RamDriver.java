// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.NodeEvents;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A protocol for tests: bytes in memory behind a medium that can be taken out, with an alignment if wished. */
final class RamDriver implements BlockDriver {
    private final Map<String, RamNode> nodes = new LinkedHashMap<>();

    /** The node that was opened under a name. */
    RamNode node(String name) {
        return nodes.get(name);
    }

    @Override
    public String name() {
        return "ram";
    }

    @Override
    public NodeKind kind() {
        return NodeKind.PROTOCOL;
    }

    @Override
    public OptionSchema options() {
        return OptionSchema.of("driver 'ram'",
                OptionSpec.withDefault("size", OptionType.SIZE, "4096", "the size"),
                OptionSpec.withDefault("fill", OptionType.COUNT, "0", "the value of every byte"),
                OptionSpec.withDefault("align", OptionType.COUNT, "1", "the request alignment"));
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        RamNode node = new RamNode(context.events(), (int) context.options().number("size"),
                (int) context.options().number("align"));
        Arrays.fill(node.bytes, (byte) context.options().number("fill"));
        nodes.put(context.nodeName().value(), node);
        return node;
    }

    /** The bytes. */
    static final class RamNode extends ImageNode {
        private final NodeEvents events;
        private final int alignment;
        private byte[] bytes;
        private boolean inserted = true;
        private int flushes;
        private boolean closed;

        RamNode(NodeEvents events, int size, int alignment) {
            this.events = events;
            this.bytes = new byte[size];
            this.alignment = alignment;
        }

        synchronized void insert(boolean there) {
            inserted = there;
            events.mediumChanged();
        }

        synchronized byte[] bytes() {
            return bytes.clone();
        }

        synchronized int flushes() {
            return flushes;
        }

        synchronized boolean isClosed() {
            return closed;
        }

        @Override
        public synchronized boolean isInserted() {
            return inserted;
        }

        @Override
        public synchronized long size() {
            return bytes.length;
        }

        @Override
        public BlockLimits limits() {
            return BlockLimits.NONE.withAlignment(alignment, alignment);
        }

        private void checkAligned(long offset, long length) {
            if (offset % alignment != 0 || length % alignment != 0) {
                throw new AssertionError("unaligned request of " + length + " at " + offset);
            }
        }

        @Override
        public synchronized void read(long offset, ByteBuffer dst, RequestFlags flags) {
            checkAligned(offset, dst.remaining());
            dst.put(bytes, (int) offset, dst.remaining());
        }

        @Override
        public synchronized void write(long offset, ByteBuffer src, RequestFlags flags) {
            checkAligned(offset, src.remaining());
            if (offset + src.remaining() > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) offset + src.remaining());
            }
            src.get(bytes, (int) offset, src.remaining());
        }

        @Override
        public synchronized void truncate(long size, Preallocation mode, RequestFlags flags) {
            bytes = Arrays.copyOf(bytes, (int) size);
        }

        @Override
        public synchronized void flush() {
            flushes++;
        }

        @Override
        public BlockStatus blockStatus(long offset, long count, Effort effort) {
            return new BlockStatus.Data(count, Optional.of(new BlockStatus.Storage(Optional.empty(), offset)), false);
        }

        @Override
        public synchronized void close() {
            closed = true;
        }
    }
}
