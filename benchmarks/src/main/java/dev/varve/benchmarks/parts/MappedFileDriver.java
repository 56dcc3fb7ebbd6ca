// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.parts;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes the place of the driver {@code file} in a graph: the file is mapped, so that a read of it is a copy of memory
 * and what remains to be measured is the block layer.
 */
final class MappedFileDriver implements BlockDriver {
    private static final String FILENAME = "filename";
    private static final OptionSchema OPTIONS = OptionSchema.of("driver 'file' (mapped)",
            OptionSpec.required(FILENAME, OptionType.TEXT, "the file"));

    // Kept while the driver is there: chains are opened many times, and a process has a limited number of mappings.
    private final Map<String, MappedByteBuffer> mapped = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "file";
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
    public BlockNode open(OpenContext context) throws IOException {
        String file = context.options().text(FILENAME);
        MappedByteBuffer content = mapped.get(file);
        if (content == null) {
            try (FileChannel channel = FileChannel.open(Path.of(file), StandardOpenOption.READ)) {
                content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            }
            mapped.put(file, content);
        }
        return new MappedNode(content);
    }

    private static final class MappedNode extends ImageNode {
        private final MappedByteBuffer content;

        private MappedNode(MappedByteBuffer content) {
            this.content = content;
        }

        @Override
        public long size() {
            return content.capacity();
        }

        @Override
        public void read(long offset, ByteBuffer dst, RequestFlags flags) {
            int bytes = dst.remaining();
            dst.put(dst.position(), content, (int) offset, bytes);
            dst.position(dst.position() + bytes);
        }

        @Override
        public BlockStatus blockStatus(long offset, long bytes, Effort effort) {
            return new BlockStatus.Data(bytes, Optional.of(new BlockStatus.Storage(Optional.empty(), offset)), false);
        }

        @Override
        public void close() {
            // The mapping goes when nobody knows it any more.
        }
    }
}
