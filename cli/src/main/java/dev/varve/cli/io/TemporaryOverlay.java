// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An overlay that takes the writes to a disk and is thrown away (QEMU's {@code bdrv_append_temp_snapshot}).
 *
 * @param file the overlay's file
 * @param source what opens it
 */
record TemporaryOverlay(Path file, DiskSource source) {
    static TemporaryOverlay over(BlockLayer layer, DiskSource disk, DiskAccess access) throws IOException {
        DiskAccess reading = new DiskAccess(false, access.forceShare(), access.cache(), access.discard(), true, true,
                access.purpose());
        long size;
        try (Disk opened = Disk.open(layer, disk, reading)) {
            size = opened.backend().size();
        }
        Path file = Files.createTempFile("varve", ".qcow2");
        boolean done = false;
        try {
            layer.create(NewImage.of("qcow2", file.toString(), size));
            Map<String, Object> options = new LinkedHashMap<>();
            options.put("driver", "qcow2");
            options.put("file", Map.of("driver", "file", "filename", file.toString()));
            options.put("backing", Disk.definition(layer, disk, reading).options());
            done = true;
            return new TemporaryOverlay(file, new DiskSource.Defined(disk.name(), new NodeDefinition(options),
                    disk.objects()));
        } finally {
            if (!done) {
                Files.deleteIfExists(file);
            }
        }
    }

    void remove() throws IOException {
        Files.deleteIfExists(file);
    }
}
