// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.RequestFlags;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;

/** The header as the file has it. Changed in one write inside one sector, between two flushes. */
public final class HeaderStore {
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

    /**
     * Changes the fields that may change in place. What the new header refers to must be written; it is made durable
     * first, the header then, so that nothing the old header referred to is needed any more.
     */
    public void update(Header changed) throws IOException {
        file.child().flush();
        file.child().write(Header.FIRST_MUTABLE_BYTE, changed.encodeMutable(), RequestFlags.NONE);
        file.child().flush();
        header = changed;
    }
}
