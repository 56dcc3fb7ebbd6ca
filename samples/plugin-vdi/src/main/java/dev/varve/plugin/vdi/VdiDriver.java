// SPDX-License-Identifier: Apache-2.0
package dev.varve.plugin.vdi;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
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
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;

/** The format {@code vdi}: VirtualBox's disk images, dynamic and static, as QEMU reads and writes them. */
public final class VdiDriver implements BlockDriver {
    private static final String FILE = "file";
    private static final String STATIC = "static";
    private static final int CHUNK = 64 << 10;
    private static final OptionSchema OPTIONS = OptionSchema.of("driver 'vdi'",
            OptionSpec.required(FILE, OptionType.CHILD, "the image"));
    private static final OptionSchema CREATE_OPTIONS = OptionSchema.of("creating with driver 'vdi'",
            OptionSpec.withDefault("preallocation", new OptionType.Choice(List.of("off")), "off",
                    "Preallocation mode (allowed values: off)"),
            OptionSpec.withDefault(STATIC, OptionType.FLAG, "off", "VDI static (pre-allocated) image"));

    /** For {@link java.util.ServiceLoader}. */
    public VdiDriver() {
    }

    @Override
    public String name() {
        return "vdi";
    }

    @Override
    public NodeKind kind() {
        return NodeKind.FORMAT;
    }

    @Override
    public OptionSchema options() {
        return OPTIONS;
    }

    @Override
    public OptionSchema createOptions() {
        return CREATE_OPTIONS;
    }

    @Override
    public ProbeScore probe(ProbeHead head) {
        return VdiHeader.isVdi(head.bytes()) ? ProbeScore.CERTAIN : ProbeScore.NONE;
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        BlockChild file = context.attach(FILE, Set.of(ChildRole.DATA, ChildRole.METADATA, ChildRole.PRIMARY));
        long fileSize = file.size();
        if (fileSize < VdiHeader.SECTOR) {
            throw BlockException.corrupt("Image not in VDI format (" + fileSize + " bytes, a header has "
                    + VdiHeader.SECTOR + ")");
        }
        ByteBuffer sector = ByteBuffer.allocate(VdiHeader.SECTOR);
        file.read(0, sector, RequestFlags.NONE);
        return new VdiNode(file, new Blocks(file, sector, VdiHeader.parse(sector, fileSize)));
    }

    @Override
    public void create(CreateContext context) throws IOException {
        boolean fixed = context.options().flag(STATIC);
        VdiHeader header = VdiHeader.ofNew(context.size(), fixed);
        BlockChild file = context.file();
        boolean resizable = empty(file);
        file.write(0, header.encodeNew(), RequestFlags.NONE);
        writeMap(file, header);
        if (!fixed) {
            return;
        }
        long bytes = header.blocks() * VdiHeader.BLOCK;
        if (resizable) {
            file.truncate(header.dataOffset() + bytes, Preallocation.OFF, RequestFlags.NONE);
        } else if (bytes > 0) {
            file.writeZeroes(header.dataOffset(), bytes, RequestFlags.MAY_UNMAP);
        }
    }

    /** Lets go of what the file holds; false for a device, whose size is fixed. */
    private static boolean empty(BlockChild file) throws IOException {
        try {
            file.truncate(0, Preallocation.OFF, RequestFlags.NONE);
            return true;
        } catch (BlockException e) {
            if (e.kind() != ErrorKind.UNSUPPORTED) {
                throw e;
            }
            return false;
        }
    }

    /** The map with whole sectors; entries that no block has are 0, as in QEMU's images. */
    private static void writeMap(BlockChild file, VdiHeader header) throws IOException {
        long entries = (header.dataOffset() - header.mapOffset()) / Integer.BYTES;
        for (long first = 0; first < entries;) {
            int count = (int) Math.min(entries - first, CHUNK);
            ByteBuffer chunk = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (long block = first; block < first + count; block++) {
                chunk.putInt(entry(header, block));
            }
            file.write(header.mapOffset() + first * Integer.BYTES, chunk.flip(), RequestFlags.NONE);
            first += count;
        }
    }

    private static int entry(VdiHeader header, long block) {
        if (block >= header.blocks()) {
            return 0;
        }
        return header.type() == VdiHeader.STATIC ? (int) block : BlockMap.UNALLOCATED;
    }
}
