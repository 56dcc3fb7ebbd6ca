// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.util.List;
import java.util.Optional;

/** Where in the first cluster the parts of a changed header go. */
public final class HeaderArea {
    /** What is written whole or not at all. */
    public static final int SECTOR = 512;

    private HeaderArea() {
    }

    /**
     * A header with other extensions, everything else as it is.
     *
     * @param old the present header
     * @param extensions in their order
     * @return the backing file's name is moved where the extensions need its place
     * @throws BlockException of kind NO_SPACE where it does not fit into the first cluster
     */
    public static Header withExtensions(Header old, List<HeaderExtension> extensions) throws BlockException {
        Header bare = old.withBacking(extensions, Optional.empty());
        Header changed = bare;
        if (old.backing().isPresent()) {
            BackingName name = old.backing().get();
            boolean stays = name.offset() >= bare.extensionsEnd();
            changed = bare.withBacking(extensions, Optional.of(stays ? name : place(old, bare, name.name())));
        }
        if (changed.end() > old.geometry().clusterSize()) {
            throw new BlockException(ErrorKind.NO_SPACE, "the header takes " + changed.end()
                    + " bytes with its extensions, allowed is at most one cluster of "
                    + old.geometry().clusterSize());
        }
        return changed;
    }

    /**
     * Where a backing file's name goes: right behind the extensions if that is in the header's own sector; else where
     * nothing of the old header is.
     *
     * @param old the present header
     * @param bare the new one without a name
     * @param name the name
     * @return its place, perhaps beyond the first cluster
     */
    public static BackingName place(Header old, Header bare, String name) {
        BackingName behind = new BackingName(bare.extensionsEnd(), name);
        int end = behind.offset() + behind.length();
        if (end <= SECTOR || behind.offset() >= old.end()) {
            return behind;
        }
        BackingName apart = new BackingName(Math.max(bare.extensionsEnd(), old.end()), name);
        boolean fits = apart.offset() + apart.length() <= old.geometry().clusterSize();
        return fits ? apart : behind;
    }
}
