// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.RequestFlags;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderArea;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The header as the file has it. Changed in one write inside one sector, between two flushes; so is the reference to
 * the backing file, wherever the extensions end within the first sector, as they do in images of today's writers.
 */
public final class HeaderStore {
    private static final long MARKS = Features.DIRTY | Features.CORRUPT;

    private final HostFile file;
    private volatile Header header;

    /** A header that was read or written already. */
    public HeaderStore(HostFile file, Header header) {
        this.file = file;
        this.header = header;
    }

    /** The header as it is now. */
    public Header header() {
        return header;
    }

    /** Tells whether there is an external data file that is the disk as a raw image. */
    boolean isDataRaw() {
        return (header.features().autoclear() & Features.RAW_DATA_FILE) != 0;
    }

    /**
     * Changes the fields that may change in place. What the new header refers to must be written; it is made durable
     * first, the header then, so that nothing the old header referred to is needed any more.
     */
    public synchronized void update(Header changed) throws IOException {
        write(withMarks(changed, header.features().incompatible() & MARKS));
    }

    /** A mark may have been set since the change was made up. */
    private static Header withMarks(Header changed, long marks) {
        long bits = changed.features().incompatible() & ~MARKS | marks;
        return bits == changed.features().incompatible() ? changed
                : changed.withFeatures(changed.features().withIncompatible(bits));
    }

    /** Sets bits of the incompatible features: {@link Features#DIRTY}, {@link Features#CORRUPT}. */
    public synchronized void putOn(long marks) throws IOException {
        write(withMarks(header, header.features().incompatible() & MARKS | marks));
    }

    /** Clears such bits, when everything written before is durable. */
    public synchronized void takeOff(long marks) throws IOException {
        write(withMarks(header, header.features().incompatible() & MARKS & ~marks));
    }

    private void write(Header changed) throws IOException {
        file.child().flush();
        file.child().write(Header.FIRST_MUTABLE_BYTE, changed.encodeMutable(), RequestFlags.NONE);
        file.child().flush();
        header = changed;
    }

    /**
     * Puts another header with its extensions and its backing file's name in the place of this one. What lies where
     * nothing of the old header lies is made durable before the header's first sector refers to it; a name that is in
     * the way of longer extensions moves away first.
     *
     * @param changed must fit into the first cluster
     */
    public synchronized void replace(Header changed) throws IOException {
        file.child().flush();
        boolean inTheWay = header.backing().isPresent() && changed.backing().isPresent()
                && header.backing().get().offset() < changed.extensionsEnd()
                && changed.extensionsEnd() > HeaderArea.SECTOR
                && changed.backing().get().offset() >= header.end();
        if (inTheWay) {
            put(header.withBacking(header.extensions(), changed.backing()));
        }
        put(changed);
    }

    private void put(Header changed) throws IOException {
        ByteBuffer area = changed.encode();
        int unused = changed.backing().equals(header.backing()) ? header.extensionsEnd() : header.end();
        if (area.limit() > unused) {
            file.child().write(unused, area.slice(unused, area.limit() - unused), RequestFlags.NONE);
            file.child().flush();
            boolean apart = changed.backing().isPresent() && changed.backing().get().offset() >= unused;
            area.limit(apart ? Math.min(unused, changed.extensionsEnd()) : unused);
        }
        file.child().write(0, area, RequestFlags.NONE);
        file.child().flush();
        header = changed;
    }
}
