// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** What QEMU reads out of the name of an image. */
final class FileNames {
    static final String JSON = "json:";

    private static final int TYPE_MASK = 0xF000;
    private static final int CHARACTER_DEVICE = 0x2000;
    private static final int BLOCK_DEVICE = 0x6000;

    private FileNames() {
    }

    /** What stands before the first colon, if no slash comes before it (QEMU's {@code path_has_protocol}). */
    static Optional<String> protocol(String name) {
        int colon = name.indexOf(':');
        if (colon < 0 || isDrive(name, File.separatorChar)) {
            return Optional.empty();
        }
        int slash = name.indexOf('/');
        return slash >= 0 && slash < colon ? Optional.empty() : Optional.of(name.substring(0, colon));
    }

    /**
     * What is left of a name without its protocol. What could be taken for a protocol again is written so that it
     * cannot be (QEMU's {@code bdrv_parse_filename_strip_prefix}).
     */
    static String withoutPrefix(String rest) {
        return protocol(rest).isPresent() ? "./" + rest : rest;
    }

    /** Tells whether a name means something only beside another one. */
    static boolean isRelative(String name) {
        return protocol(name).isEmpty() && !name.startsWith("/") && !new File(name).isAbsolute();
    }

    /** A relative name seen from the folder of a base (QEMU's {@code path_combine}). */
    static String combine(String base, String name) {
        int folder = protocol(base).map(protocol -> protocol.length() + 1).orElse(0);
        folder = Math.max(folder, base.lastIndexOf('/') + 1);
        if (File.separatorChar != '/') {
            folder = Math.max(folder, base.lastIndexOf(File.separatorChar) + 1);
        }
        return base.substring(0, folder) + name;
    }

    /** The protocol for a name that states none: {@code host_device} for devices, {@code file} for all others. */
    static String localDriver(String filename) {
        return isDevice(filename) ? "host_device" : "file";
    }

    /** Windows has names such as {@code c:\disk.img}. */
    static boolean isDrive(String name, char separator) {
        return separator == '\\' && name.length() >= 2 && name.charAt(1) == ':' && Character.isLetter(name.charAt(0));
    }

    private static boolean isDevice(String filename) {
        try {
            Path path = Path.of(filename);
            if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
                return false;
            }
            // Answers only where the file system has POSIX modes: elsewhere there are no devices of this sort.
            Object mode = Files.getAttribute(path, "unix:mode");
            int type = mode instanceof Integer bits ? bits & TYPE_MASK : 0;
            return type == BLOCK_DEVICE || type == CHARACTER_DEVICE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
