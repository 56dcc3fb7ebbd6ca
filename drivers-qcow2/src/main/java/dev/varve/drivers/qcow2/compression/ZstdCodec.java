// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.nio.ByteBuffer;

/**
 * Zstandard frames (QEMU's {@code qcow2_zstd_compress}). The library is looked for when it is needed first: without it
 * every other image works.
 */
final class ZstdCodec implements ClusterCodec {
    static final ZstdCodec INSTANCE = new ZstdCodec();

    private ZstdCodec() {
    }

    /** Kept apart, so that the library is not needed to know of this class. */
    private static final class Contexts {
        static final IdlePool<ZstdCompressCtx> COMPRESSING =
                new IdlePool<>(ZstdCompressCtx::new, ZstdCompressCtx::close);
        static final IdlePool<ZstdDecompressCtx> DECOMPRESSING =
                new IdlePool<>(ZstdDecompressCtx::new, ZstdDecompressCtx::close);

        private Contexts() {
        }
    }

    @Override
    public int compress(byte[] source, int length, byte[] target, int most) throws BlockException {
        try {
            ZstdCompressCtx context = Contexts.COMPRESSING.take();
            try {
                int compressed = context.compressByteArray(target, 0, most, source, 0, length);
                return compressed > most ? -1 : compressed;
            } catch (ZstdException e) {
                if (e.getErrorCode() == Zstd.errDstSizeTooSmall()) {
                    return -1;
                }
                throw new IllegalStateException("zstd: " + e.getMessage(), e);
            } finally {
                Contexts.COMPRESSING.giveBack(context);
            }
        } catch (LinkageError e) {
            throw missing(e);
        }
    }

    @Override
    public void decompress(ByteBuffer source, ByteBuffer target) throws BlockException {
        try {
            ZstdDecompressCtx context = Contexts.DECOMPRESSING.take();
            try {
                context.reset();
                if (target.isDirect()) {
                    follow(context, source, target);
                } else {
                    ByteBuffer direct = ByteBuffer.allocateDirect(target.remaining());
                    follow(context, source, direct);
                    target.put(direct.flip());
                }
            } catch (ZstdException e) {
                throw BlockException.corrupt("the zstd data is invalid (" + e.getMessage() + ")");
            } finally {
                Contexts.DECOMPRESSING.giveBack(context);
            }
        } catch (LinkageError e) {
            throw missing(e);
        }
    }

    /** As many frames as the cluster takes; what follows is another cluster's. */
    private static void follow(ZstdDecompressCtx context, ByteBuffer source, ByteBuffer target)
            throws BlockException {
        boolean ended = false;
        while (target.hasRemaining()) {
            int left = target.remaining() + source.remaining();
            ended = context.decompressDirectByteBufferStream(target, source);
            if (target.remaining() + source.remaining() == left) {
                throw BlockException.corrupt("the zstd data ends " + target.remaining()
                        + " bytes before the cluster");
            }
        }
        if (!ended) {
            throw BlockException.corrupt("the zstd data is longer than the cluster");
        }
    }

    private static BlockException missing(LinkageError e) {
        return new BlockException(ErrorKind.UNSUPPORTED,
                "the library zstd-jni, which clusters compressed with zstd need, cannot be used here ("
                        + e.getMessage() + ")", e);
    }
}
