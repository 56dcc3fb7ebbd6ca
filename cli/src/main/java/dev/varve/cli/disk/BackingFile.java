// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.graph.BlockLayer;
import dev.varve.cli.option.HintedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The backing file of an image that is about to be made. */
public final class BackingFile {
    private BackingFile() {
    }

    /**
     * Opens it to see that it is there, and that its format is stated.
     *
     * @param layer the block layer
     * @param name its name, seen from here
     * @param format its format, if it is stated
     * @param objects values of {@code --object}
     * @return its size in bytes
     * @throws IOException if it cannot be opened, or its format is not stated
     */
    public static long size(BlockLayer layer, String name, Optional<String> format, List<String> objects)
            throws IOException {
        Disk disk;
        try {
            disk = Disk.open(layer, new DiskSource.Named(name, format, false, objects),
                    DiskAccess.READ.withForceShare(true));
        } catch (IOException e) {
            throw new HintedException(ErrorText.of(e), "Could not open backing image.\n", e);
        }
        try (disk) {
            if (format.isEmpty()) {
                throw new HintedException("Backing file specified without backing format",
                        "Detected format of " + disk.format() + ".");
            }
            return disk.backend().size();
        }
    }
}
