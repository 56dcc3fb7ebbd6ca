// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.SnapshotInfo;
import dev.varve.api.spi.SnapshotStore;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.option.KeyValueList;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The option {@code -l} of commands that read an internal snapshot: an id or name, or which of the two it is. */
final class SnapshotName {
    private static final String PREFIX = "snapshot.";
    private static final String ID = "snapshot.id";
    private static final String NAME = "snapshot.name";

    private SnapshotName() {
    }

    /** Lets a disk read as a snapshot of it. */
    static void load(Disk disk, String text) throws IOException {
        try {
            SnapshotStore snapshots = disk.backend().operations().snapshots();
            snapshots.load(text.startsWith(PREFIX) ? found(snapshots, text) : text);
        } catch (IOException e) {
            throw new IOException("Failed to load snapshot: " + ErrorText.of(e), e);
        }
    }

    private static String found(SnapshotStore snapshots, String text) throws IOException {
        Map<String, String> given = KeyValueList.parse(text);
        for (String key : given.keySet()) {
            if (!key.equals(ID) && !key.equals(NAME)) {
                throw BlockException.invalidOption("Invalid parameter '" + key + "'");
            }
        }
        Optional<String> id = Optional.ofNullable(given.get(ID));
        Optional<String> name = Optional.ofNullable(given.get(NAME));
        for (SnapshotInfo snapshot : snapshots.list()) {
            if (id.map(snapshot.id()::equals).orElse(true) && name.map(snapshot.name()::equals).orElse(true)) {
                return snapshot.id();
            }
        }
        throw new BlockException(ErrorKind.NOT_FOUND, "no snapshot fits '" + text + "'");
    }
}
