// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RepairScope;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.DebugEvent;
import dev.varve.api.spi.RequestGate;
import dev.varve.drivers.qcow2.allocation.Backing;
import dev.varve.drivers.qcow2.allocation.CompressedWriter;
import dev.varve.drivers.qcow2.allocation.CopyOnWrite;
import dev.varve.drivers.qcow2.allocation.DataWriter;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.allocation.Metadata;
import dev.varve.drivers.qcow2.allocation.Resizer;
import dev.varve.drivers.qcow2.allocation.WriteSettings;
import dev.varve.drivers.qcow2.allocation.ZeroWriter;
import dev.varve.drivers.qcow2.compression.CompressedClusters;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.mapping.ClusterMap;
import dev.varve.drivers.qcow2.mapping.GuestData;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Everything that changes an image, put together. */
final class ImageWriter {
    private final HostFile file;
    private final RequestGate gate;
    private final Metadata metadata;
    private final DataWriter writer;
    private final CompressedWriter packed;
    private final ZeroWriter zeroes;
    private final Resizer resizer;
    private volatile boolean retired;

    ImageWriter(HostFile file, GuestData guest, HeaderStore headers, ClusterMap map, CompressedClusters compressed,
            RequestGate gate, WriteSettings settings, Backing backing) throws IOException {
        this.file = guest.file();
        this.gate = gate;
        this.metadata = new Metadata(file, guest.file(), headers, map, gate, settings);
        this.writer = new DataWriter(metadata, guest, new CopyOnWrite(map, guest, compressed, backing));
        this.packed = new CompressedWriter(metadata, compressed, writer);
        this.zeroes = new ZeroWriter(metadata, backing, writer);
        this.resizer = new Resizer(metadata, backing, writer, zeroes);
    }

    void write(long offset, ByteBuffer src) throws IOException {
        metadata.checkUsable();
        int ticket = gate.enter();
        try {
            writer.write(offset, src);
        } finally {
            gate.exit(ticket);
        }
    }

    /** Writes behind the disk, where machine state is. */
    void writeBehind(long offset, ByteBuffer src) throws IOException {
        resizer.reach(offset + src.remaining());
        metadata.checkUsable();
        int ticket = gate.enter();
        try {
            writer.writeParts(offset, src);
        } finally {
            gate.exit(ticket);
        }
    }

    /** What its metadata is. */
    Metadata metadata() {
        return metadata;
    }

    void writeCompressed(long offset, ByteBuffer src) throws IOException {
        metadata.checkUsable();
        int ticket = gate.enter();
        try {
            packed.write(offset, src);
        } finally {
            gate.exit(ticket);
        }
    }

    void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        zeroes.zero(offset, bytes, flags.has(RequestFlags.MAY_UNMAP), flags.has(RequestFlags.NO_FALLBACK));
        metadata.flushManyFrees();
    }

    void discard(long offset, long bytes) throws IOException {
        zeroes.discard(offset, bytes);
        metadata.flushManyFrees();
    }

    void truncate(long size, Preallocation mode) throws IOException {
        resizer.truncate(size, mode);
    }

    /** Takes clusters that follow each other for a table beside the mapping; they read as zeroes. */
    long reserveTable(long bytes) throws IOException {
        return metadata.reserveTable(bytes);
    }

    void replaceHeader(Header changed) throws IOException {
        metadata.replaceHeader(changed);
    }

    void flush() throws IOException {
        metadata.flush();
    }

    /** Does something while the file holds all metadata and nothing changes. */
    <T> T whileQuiet(Metadata.QuietWork<T> work) throws IOException {
        return metadata.whileQuiet(work);
    }

    /** The file says something else than memory from now on: nothing is written any more. */
    void retire() {
        metadata.retire();
        retired = true;
    }

    boolean isRetired() {
        return retired;
    }

    /** Lets the image hold nothing (QEMU's {@code qcow2_make_empty}). */
    void makeEmpty() throws IOException {
        metadata.checkUsable();
        file.event(DebugEvent.EMPTY_IMAGE_PREPARE);
        zeroes.dropAll();
        metadata.flush();
        metadata.flush();
    }

    /** Mends the image while no request is under way, and starts anew from what the file says then. */
    CheckReport repair(RepairScope scope, Consumer<CheckFinding> findings) throws IOException {
        return metadata.whileQuiet(() -> {
            CheckReport report = Repair.run(file, metadata.headers(), scope, findings);
            metadata.reload();
            return report;
        });
    }

    void close() throws IOException {
        if (file.corruption().isClosed()) {
            return;
        }
        metadata.close();
    }
}
