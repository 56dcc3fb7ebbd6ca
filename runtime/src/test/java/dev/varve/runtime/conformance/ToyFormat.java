// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.conformance;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.CreateContext;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** A format of one header sector and the disk behind it, with a fault. */
final class ToyFormat implements BlockDriver {
    static final int HEADER = 512;
    private static final long MAGIC = 0x544f59494d414745L;

    private final Fault fault;
    private final Path folder;

    /** In a folder, where it may open files. */
    ToyFormat(Fault fault, Path folder) {
        this.fault = fault;
        this.folder = folder;
    }

    @Override
    public String name() {
        return "toy";
    }

    @Override
    public NodeKind kind() {
        return NodeKind.FORMAT;
    }

    @Override
    public OptionSchema options() {
        return OptionSchema.of("driver 'toy'", OptionSpec.required("file", OptionType.CHILD, "the storage"));
    }

    @Override
    public ProbeScore probe(ProbeHead head) {
        boolean ours = head.bytes().remaining() >= Long.BYTES && head.bytes().getLong() == MAGIC;
        return ours || fault == Fault.TAKES_ANY_BYTES_FOR_AN_IMAGE ? ProbeScore.CERTAIN : ProbeScore.NONE;
    }

    @Override
    public void create(CreateContext context) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER).putLong(0, MAGIC).putLong(8, context.size());
        context.file().write(0, header, RequestFlags.NONE);
        context.file().truncate(HEADER + context.size(), Preallocation.OFF, RequestFlags.NONE);
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        BlockChild file = context.attach("file", Set.of(ChildRole.DATA, ChildRole.METADATA, ChildRole.PRIMARY));
        ByteBuffer header = ByteBuffer.allocate(16);
        if (file.size() < HEADER) {
            throw BlockException.corrupt("the file has " + file.size() + " bytes, a header has " + HEADER);
        }
        file.read(0, header, RequestFlags.NONE);
        if (header.getLong(0) != MAGIC) {
            throw BlockException.corrupt("not a toy image");
        }
        long size = header.getLong(8);
        if (fault == Fault.ALLOCATES_WHAT_THE_HEADER_SAYS) {
            return new ToyNode(file, Math.min(size, new byte[(int) size].length), fault);
        }
        if (size < 0 || size > file.size() - HEADER) {
            throw BlockException.corrupt("size " + size + " is not 0 to " + (file.size() - HEADER));
        }
        leak();
        return new ToyNode(file, size, fault);
    }

    private void leak() throws IOException {
        if (fault == Fault.LEAVES_A_THREAD) {
            Thread left = new Thread(() -> {
                try {
                    Thread.currentThread().join();
                } catch (InterruptedException e) {
                    // Its end, when the process ends.
                }
            });
            left.setDaemon(true);
            left.start();
        }
        if (fault == Fault.LEAVES_A_FILE_OPEN) {
            FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
        }
    }
}
