// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkverify;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.FilterNode;
import dev.varve.api.spi.SpiLevel;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Does every request to both children and compares what they answer. What a discarded range reads as is each child's
 * own choice, so discards reach neither.
 */
final class BlkverifyNode extends FilterNode {
    private static final int PIECE = 1 << 20;

    private final BlockChild test;

    BlkverifyNode(BlockChild raw, BlockChild test) {
        super(raw, SpiLevel.V1_1);
        this.test = test;
    }

    /** A request to one child. */
    @FunctionalInterface
    private interface Request {
        void run() throws IOException;
    }

    private record Place(String verb, long offset, long bytes) {}

    @Override
    public SupportedFlags supportedFlags() {
        return SupportedFlags.NONE;
    }

    @Override
    public long size() throws IOException {
        return test.size();
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        Place place = new Place("read", offset, dst.remaining());
        ByteBuffer compared = ByteBuffer.allocateDirect(Math.min(PIECE, dst.remaining()));
        int end = dst.limit();
        while (dst.position() < end) {
            long position = offset + place.bytes - (end - dst.position());
            int piece = Math.min(end - dst.position(), PIECE);
            compared.clear().limit(piece);
            ByteBuffer shown = dst.limit(dst.position() + piece).slice();
            both(place, () -> test.read(position, shown, flags), () -> filtered().read(position, compared, flags));
            int differing = shown.rewind().mismatch(compared.rewind());
            if (differing >= 0) {
                throw new BlockException(ErrorKind.MISMATCH,
                        text(place, "contents mismatch at offset " + (position + differing)));
            }
            dst.position(dst.limit()).limit(end);
        }
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        ByteBuffer again = src.duplicate();
        both(new Place("write", offset, src.remaining()), () -> test.write(offset, src, flags),
                () -> filtered().write(offset, again, flags));
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        both(new Place("write", offset, bytes), () -> test.writeZeroes(offset, bytes, flags),
                () -> filtered().writeZeroes(offset, bytes, flags));
    }

    @Override
    public void discard(long offset, long bytes) {
        // See above.
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
        test.truncate(size, mode, flags);
        filtered().truncate(size, mode, flags);
    }

    @Override
    public void flush() throws IOException {
        test.flush();
        filtered().flush();
    }

    /**
     * A failure of what is compared with is no fault of the node under test: it is passed on, and both stay as they
     * were.
     */
    private void both(Place place, Request ofTest, Request ofRaw) throws IOException {
        ofRaw.run();
        try {
            ofTest.run();
        } catch (IOException e) {
            throw new BlockException(ErrorKind.MISMATCH,
                    text(place, "return value mismatch: " + e.getMessage() + " != success"), e);
        }
    }

    private static String text(Place place, String what) {
        return "blkverify: " + place.verb + " offset=" + place.offset + " bytes=" + place.bytes + " " + what;
    }
}
