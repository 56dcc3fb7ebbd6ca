// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.conformance;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.FilterNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.SpiLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/** A filter that does nothing but a fault. */
final class ToyFilter implements BlockDriver {
    private final FilterFault fault;

    ToyFilter(FilterFault fault) {
        this.fault = fault;
    }

    @Override
    public String name() {
        return "toy-filter";
    }

    @Override
    public NodeKind kind() {
        return NodeKind.FILTER;
    }

    @Override
    public OptionSchema options() {
        return OptionSchema.of("driver 'toy-filter'", OptionSpec.required("file", OptionType.CHILD, "the child"));
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        Set<ChildRole> roles = fault == FilterFault.TAKES_A_ROLE_OF_ITS_OWN ? Set.of(ChildRole.DATA, ChildRole.PRIMARY)
                : Set.of(ChildRole.FILTERED, ChildRole.PRIMARY);
        return new Node(context.attach("file", roles), fault);
    }

    private static final class Node extends FilterNode {
        private final FilterFault fault;
        private volatile boolean flushing;

        Node(BlockChild filtered, FilterFault fault) {
            super(filtered, SpiLevel.V1_1);
            this.fault = fault;
        }

        @Override
        public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
            if (fault == FilterFault.PADS_READS_PAST_THE_END) {
                long end = (offset + dst.remaining() + 4095) / 4096 * 4096;
                super.read(end - 1, ByteBuffer.allocate(1), flags);
            }
            try {
                super.read(offset, dst, flags);
            } catch (IOException e) {
                if (fault != FilterFault.SWALLOWS_FAILURES) {
                    throw e;
                }
                dst.position(dst.limit());
            }
        }

        @Override
        public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
            if (flushing) {
                src.position(src.limit());
                return;
            }
            ByteBuffer again = src.duplicate();
            super.write(offset, src, flags);
            if (fault == FilterFault.WRITES_WHERE_NOBODY_ASKED && offset >= src.limit()) {
                super.write(offset - again.remaining(), again, flags);
            }
        }

        @Override
        public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
            if (fault == FilterFault.WRITES_BYTES_WITHOUT_FALLBACK) {
                super.write(offset, ByteBuffer.allocate((int) bytes), flags.without(RequestFlags.NO_FALLBACK
                        .with(RequestFlags.MAY_UNMAP)));
            } else if (fault != FilterFault.DROPS_ZEROES) {
                super.writeZeroes(offset, bytes, flags);
            }
        }

        @Override
        public void flush() throws IOException {
            flushing = fault == FilterFault.LOSES_WRITES_WHILE_IT_FLUSHES;
            if (fault != FilterFault.DROPS_FLUSHES) {
                super.flush();
            }
            flushing = false;
        }

        @Override
        public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
            if (fault != FilterFault.FORGETS_TO_RESIZE) {
                super.truncate(size, mode, flags);
            }
        }

        @Override
        public long size() throws IOException {
            return fault == FilterFault.ROUNDS_THE_SIZE ? super.size() / 4096 * 4096 : super.size();
        }

        @Override
        public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
            return fault == FilterFault.SHIFTS_THE_STATUS && offset >= 65536
                    ? new BlockStatus.SameAs(bytes, filtered(), offset - 65536)
                    : super.blockStatus(offset, bytes, effort);
        }
    }
}
