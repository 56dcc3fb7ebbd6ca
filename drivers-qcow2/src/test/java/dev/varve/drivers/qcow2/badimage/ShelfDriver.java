// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/** The protocol {@code file} with files in memory. */
final class ShelfDriver implements BlockDriver {
    private final Map<String, byte[]> files;

    ShelfDriver(Map<String, byte[]> files) {
        this.files = files;
    }

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
        return OptionSchema.of("driver 'file'", OptionSpec.required("filename", OptionType.TEXT, "the file's name"));
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        String name = context.options().text("filename");
        byte[] content = files.get(name);
        if (content == null) {
            throw new BlockException(ErrorKind.NOT_FOUND, "could not open '" + name + "': no such file");
        }
        return new ShelfNode(content);
    }

    private static final class ShelfNode extends ImageNode {
        private final byte[] content;

        ShelfNode(byte[] content) {
            this.content = content;
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public void read(long offset, ByteBuffer dst, RequestFlags flags) {
            dst.put(content, (int) offset, dst.remaining());
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
