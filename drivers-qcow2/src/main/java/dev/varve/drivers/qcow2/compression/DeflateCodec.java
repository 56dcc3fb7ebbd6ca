// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Deflate without a header and with a window of 4 KiB (QEMU's {@code qcow2_zlib_compress}). */
final class DeflateCodec implements ClusterCodec {
    static final DeflateCodec INSTANCE = new DeflateCodec();

    private final IdlePool<DeflateEncoder> encoders = new IdlePool<>(DeflateEncoder::new, unused -> { });
    private final IdlePool<Inflater> inflaters = new IdlePool<>(() -> new Inflater(true), Inflater::end);

    private DeflateCodec() {
    }

    @Override
    public int compress(byte[] source, int length, byte[] target, int most) {
        DeflateEncoder encoder = encoders.take();
        try {
            return encoder.encode(source, length, target, most);
        } finally {
            encoders.giveBack(encoder);
        }
    }

    @Override
    public void decompress(ByteBuffer source, ByteBuffer target) throws BlockException {
        Inflater inflater = inflaters.take();
        try {
            inflater.setInput(source);
            while (target.hasRemaining() && inflater.inflate(target) > 0) {
                continue;
            }
        } catch (DataFormatException e) {
            throw BlockException.corrupt("the deflated data is invalid (" + e.getMessage() + ")");
        } finally {
            inflater.reset();
            inflaters.giveBack(inflater);
        }
        if (target.hasRemaining()) {
            throw BlockException.corrupt("the deflated data ends " + target.remaining() + " bytes before the cluster");
        }
    }
}
