// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;

/** A way to compress clusters ("compression_type"). Thread-safe, and the same for all images. */
public interface ClusterCodec {
    /** How much longer than the longest result the target of {@link #compress} is. */
    int SLACK = 16;

    /**
     * The codec of an image.
     *
     * @param type the header's compression_type: 0 zlib, 1 zstd
     * @return the codec
     */
    static ClusterCodec of(int type) {
        return type == 0 ? DeflateCodec.INSTANCE : ZstdCodec.INSTANCE;
    }

    /**
     * Compresses.
     *
     * @param source what, from its first byte
     * @param length how many bytes of it
     * @param target receives the result; at least {@code most} and {@link #SLACK} bytes long
     * @param most the longest result wanted
     * @return the length of the result; -1 where it would be longer
     * @throws BlockException of kind UNSUPPORTED where the codec is not there
     */
    int compress(byte[] source, int length, byte[] target, int most) throws BlockException;

    /**
     * Fills a buffer with what was compressed.
     *
     * @param source the compressed bytes, direct, and perhaps others behind them
     * @param target its remaining bytes are filled; heap or direct
     * @throws BlockException of kind CORRUPT where the source is no such data or too little
     */
    void decompress(ByteBuffer source, ByteBuffer target) throws BlockException;
}
