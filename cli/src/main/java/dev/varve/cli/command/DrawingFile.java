// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.cli.disk.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/** A file that a drawing may be written to: it is no part of the disk, and no file of another kind. */
final class DrawingFile {
    private static final byte[] BEGINNING = "<svg".getBytes(StandardCharsets.US_ASCII);

    private final Path path;

    private DrawingFile(Path path) {
        this.path = path;
    }

    /** The file of a name; refuses to overwrite anything but a drawing. */
    static DrawingFile of(String name, Disk disk) throws IOException {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException e) {
            throw new BlockException(ErrorKind.INVALID_OPTION, "the drawing cannot be named '" + name + "': "
                    + e.getReason(), e);
        }
        if (disk.uses(path)) {
            throw new BlockException(ErrorKind.LOCKED, "the drawing '" + name + "' is part of the disk '" + disk.name()
                    + "'");
        }
        if (Files.exists(path) && !isDrawing(path)) {
            throw new BlockException(ErrorKind.LOCKED, "the drawing '" + name
                    + "' exists and is no SVG drawing: it is not overwritten");
        }
        return new DrawingFile(path);
    }

    private static boolean isDrawing(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] head = in.readNBytes(BEGINNING.length);
            return head.length == 0 || Arrays.equals(head, BEGINNING);
        }
    }

    /** Writes the drawing. */
    void write(String svg) throws IOException {
        Files.write(path, svg.getBytes(StandardCharsets.UTF_8));
    }
}
