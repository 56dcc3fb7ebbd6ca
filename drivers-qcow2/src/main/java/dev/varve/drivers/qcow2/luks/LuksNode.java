// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.luks;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.CreateContext;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.SupportedFlags;
import dev.varve.drivers.qcow2.crypto.EncryptedWrites;
import dev.varve.drivers.qcow2.crypto.LuksInfo;
import dev.varve.drivers.qcow2.crypto.LuksOptions;
import dev.varve.drivers.qcow2.crypto.LuksVolume;
import dev.varve.drivers.qcow2.crypto.SectorCipher;
import dev.varve.drivers.qcow2.crypto.Secrets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A node of the format {@code luks}. Sectors are numbered from the beginning of the payload. What was never written,
 * and what a resize adds, reads as whatever the storage's bytes decrypt to, as in QEMU.
 */
final class LuksNode extends ImageNode implements ImageOperations {
    private static final BlockLimits LIMITS = BlockLimits.NONE.withAlignment(SectorCipher.SECTOR, 1);
    private static final SupportedFlags FLAGS = new SupportedFlags(RequestFlags.FUA, RequestFlags.NONE);

    private final BlockChild file;
    private final LuksVolume volume;
    /** Null where the image was opened for its metadata alone. */
    private final @Nullable Payload payload;
    private final long payloadOffset;
    private final Secrets secrets;
    private final String openSecret;

    /** What needs the master key. */
    private record Payload(SectorCipher cipher, EncryptedWrites writes) {
    }

    private LuksNode(BlockChild file, LuksVolume volume, @Nullable Payload payload, Secrets secrets,
            String openSecret) {
        this.file = file;
        this.volume = volume;
        this.payload = payload;
        this.payloadOffset = volume.header().payloadOffset();
        this.secrets = secrets;
        this.openSecret = openSecret;
    }

    static LuksNode of(BlockChild file, LuksVolume volume, Optional<SectorCipher> cipher, OpenContext context) {
        Payload payload = cipher.map(key -> new Payload(key, new EncryptedWrites(key))).orElse(null);
        Options options = context.options();
        String secret = options.has(LuksOptions.KEY_SECRET) ? options.text(LuksOptions.KEY_SECRET) : "";
        return new LuksNode(file, volume, payload, secrets(context), secret);
    }

    static Secrets secrets(OpenContext context) {
        return context::secret;
    }

    static Secrets secrets(CreateContext context) {
        return context::secret;
    }

    /** The size of the file around a disk. */
    static long fileSize(long size, long payloadOffset) throws BlockException {
        if (size > Long.MAX_VALUE - payloadOffset) {
            throw BlockException.invalidOption("The requested file size is too large: " + size
                    + ", allowed is at most " + (Long.MAX_VALUE - payloadOffset));
        }
        return size + payloadOffset;
    }

    @Override
    public long size() throws IOException {
        return Math.max(0, file.size() - payloadOffset) & -SectorCipher.SECTOR;
    }

    @Override
    public BlockLimits limits() {
        return LIMITS;
    }

    @Override
    public SupportedFlags supportedFlags() {
        return FLAGS;
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        SectorCipher cipher = payload().cipher();
        int begin = dst.position();
        file.read(payloadOffset + offset, dst, flags);
        cipher.decrypt(offset / SectorCipher.SECTOR, dst.position(begin));
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        payload().writes().write(offset / SectorCipher.SECTOR, src, file, payloadOffset + offset, flags);
    }

    private Payload payload() throws BlockException {
        if (payload == null) {
            throw new BlockException(ErrorKind.PERMISSION,
                    "the image was opened for its metadata alone, without the key of its content");
        }
        return payload;
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
        file.truncate(fileSize(size, payloadOffset), mode, flags);
    }

    @Override
    public void flush() throws IOException {
        file.flush();
    }

    @Override
    public ImageInfo info() throws IOException {
        ImageInfo storage = file.info();
        return new ImageInfo(storage.filename(), size(), storage.actualSize(), OptionalLong.empty(),
                Optional.empty(), new ImageInfo.State(false, true), List.of(),
                LuksInfo.of(volume.header(), Optional.empty()));
    }

    @Override
    public ImageOperations operations() {
        return this;
    }

    @Override
    public void amend(Options changes, boolean force, DoubleConsumer progress) throws IOException {
        LuksOptions.change(changes, "").apply(volume, secrets, openSecret, force);
        progress.accept(1);
    }

    @Override
    public void close() {
        // The edge belongs to the runtime.
    }
}
