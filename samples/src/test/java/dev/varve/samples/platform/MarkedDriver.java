// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.platform;

import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.framework.FrameworkUtil;

/** A protocol whose disks are full of the major version of the bundle it came in. */
public final class MarkedDriver implements BlockDriver {
    /** Made by whoever publishes drivers. */
    public MarkedDriver() {}

    @Override
    public String name() {
        return "marked";
    }

    @Override
    public NodeKind kind() {
        return NodeKind.PROTOCOL;
    }

    @Override
    public OptionSchema options() {
        return OptionSchema.of("driver 'marked'");
    }

    @Override
    public OptionSchema createOptions() {
        return OptionSchema.of("creating with driver 'marked'");
    }

    @Override
    public ProbeScore probe(ProbeHead head) {
        return ProbeScore.NONE;
    }

    @Override
    public BlockNode open(OpenContext context) {
        return new MarkedNode((byte) FrameworkUtil.getBundle(MarkedDriver.class).getVersion().getMajor());
    }

    static final class MarkedNode extends ImageNode {
        private static final long SIZE = 1 << 20;

        private final byte mark;

        MarkedNode(byte mark) {
            this.mark = mark;
        }

        @Override
        public long size() {
            return SIZE;
        }

        @Override
        public void read(long offset, ByteBuffer dst, RequestFlags flags) {
            while (dst.hasRemaining()) {
                dst.put(mark);
            }
        }

        @Override
        public BlockStatus blockStatus(long offset, long bytes, Effort effort) {
            return new BlockStatus.Data(bytes, Optional.empty(), false);
        }

        @Override
        public ImageInfo info() {
            return new ImageInfo("marked:", SIZE, OptionalLong.of(0), OptionalLong.empty(), Optional.empty(), false,
                    Map.of());
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
