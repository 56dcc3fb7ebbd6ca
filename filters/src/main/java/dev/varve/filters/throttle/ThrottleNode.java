// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.FilterNode;
import dev.varve.api.spi.SpiLevel;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Lets a request go on when its group allows it. Flushes and changes of the size are not held, as in QEMU. */
final class ThrottleNode extends FilterNode {
    private final ThrottleGroup group;
    private final ThrottleMember member;

    ThrottleNode(BlockChild filtered, ThrottleGroup group) {
        super(filtered, SpiLevel.V1_1);
        this.group = group;
        this.member = group.join();
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        group.admit(member, Direction.READ, dst.remaining());
        filtered().read(offset, dst, flags);
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        group.admit(member, Direction.WRITE, src.remaining());
        filtered().write(offset, src, flags);
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        group.admit(member, Direction.WRITE, bytes);
        filtered().writeZeroes(offset, bytes, flags);
    }

    @Override
    public void discard(long offset, long bytes) throws IOException {
        group.admit(member, Direction.WRITE, bytes);
        filtered().discard(offset, bytes);
    }

    @Override
    public void drainWaiting(boolean waits) {
        group.lift(member, waits);
    }

    @Override
    public void close() {
        group.leave(member);
    }
}
