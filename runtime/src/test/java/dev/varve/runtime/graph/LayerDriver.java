// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.OverlayNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/** A format for tests: sector {@code n} is in a layer if the byte at its start in the file below is not zero. */
final class LayerDriver implements BlockDriver {
    static final int SECTOR = 512;

    @Override
    public String name() {
        return "layer";
    }

    @Override
    public NodeKind kind() {
        return NodeKind.FORMAT;
    }

    @Override
    public OptionSchema options() {
        return OptionSchema.of("driver 'layer'", OptionSpec.required("file", OptionType.CHILD, "the storage"),
                OptionSpec.optional("backing", OptionType.CHILD_OR_NULL, "the layer below"));
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        BlockChild file = context.attach("file", Set.of(ChildRole.DATA, ChildRole.METADATA, ChildRole.PRIMARY));
        return new LayerNode(file, context.attachBacking(Optional.empty()));
    }

    private static final class LayerNode extends OverlayNode {
        private final BlockChild file;

        LayerNode(BlockChild file, BlockChild backing) {
            super(backing);
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        private boolean holds(long offset) throws IOException {
            ByteBuffer mark = ByteBuffer.allocate(1);
            file.read(offset - offset % SECTOR, mark, RequestFlags.NONE);
            return mark.get(0) != 0;
        }

        @Override
        public int readAllocated(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
            int bytes = (int) Math.min(dst.remaining(), SECTOR - offset % SECTOR);
            if (!holds(offset)) {
                return -bytes;
            }
            int limit = dst.limit();
            file.read(offset, dst.limit(dst.position() + bytes), flags);
            dst.limit(limit);
            return bytes;
        }

        @Override
        public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
            file.write(offset, src, flags);
        }

        @Override
        public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
            long run = Math.min(bytes, SECTOR - offset % SECTOR);
            return holds(offset)
                    ? new BlockStatus.Data(run, Optional.of(new BlockStatus.Storage(Optional.of(file), offset)), false)
                    : new BlockStatus.Unallocated(run);
        }

        @Override
        public void flush() throws IOException {
            file.flush();
        }

        @Override
        public void close() throws IOException {
            file.flush();
        }
    }
}
