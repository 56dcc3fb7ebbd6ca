// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What failures of {@code java.nio} mean to a caller. */
final class ChannelErrors {
    private ChannelErrors() {
    }

    /** A name as a path. */
    static Path path(String name) throws BlockException {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw BlockException.invalidOption("'" + name + "' is not a file name: " + e.getReason());
        }
    }

    /** The exception for a failed call. */
    static BlockException failure(String action, String name, IOException failure) {
        if (failure instanceof BlockException known) {
            return known;
        }
        return new BlockException(kind(failure), "could not " + action + " '" + name + "': " + reason(failure),
                failure);
    }

    private static ErrorKind kind(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return ErrorKind.NOT_FOUND;
        }
        if (failure instanceof AccessDeniedException) {
            return ErrorKind.PERMISSION;
        }
        if (failure instanceof ClosedChannelException) {
            return ErrorKind.CLOSED;
        }
        // The system's error number is lost: its text is all there is to go by.
        return switch (reason(failure)) {
            case "No space left on device", "Disk quota exceeded", "File too large",
                    "There is not enough space on the disk" -> ErrorKind.NO_SPACE;
            case "Read-only file system" -> ErrorKind.READ_ONLY;
            default -> ErrorKind.IO;
        };
    }

    private static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "Permission denied";
        }
        if (failure instanceof ClosedChannelException) {
            return "it is closed";
        }
        String text = failure instanceof FileSystemException known ? known.getReason() : failure.getMessage();
        return text == null ? failure.toString() : text;
    }
}
