// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Disk names that are names of local files. */
public final class LocalFile {
    private static final String PROTOCOL = "file:";

    private LocalFile() {
    }

    /**
     * The file that a disk name means.
     *
     * @param name a disk name
     * @return empty for {@code json:} definitions and names of other protocols
     */
    public static Optional<Path> of(String name) {
        String path = name.startsWith(PROTOCOL) ? name.substring(PROTOCOL.length()) : name;
        if (path.equals(name) && hasProtocol(name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(path));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * Tells whether a name begins with a protocol (QEMU's {@code path_has_protocol}).
     *
     * @param name a disk name
     * @return true where a colon comes before the first slash
     */
    public static boolean hasProtocol(String name) {
        int colon = name.indexOf(':');
        int slash = name.indexOf('/');
        return colon >= 0 && (slash < 0 || colon < slash);
    }

    /**
     * A name found in an image, seen from where the image lies (QEMU's {@code path_combine}).
     *
     * @param image the image's own name
     * @param name the name it holds
     * @return {@code name} where it is absolute or has a protocol, else beside the image
     */
    public static String beside(String image, String name) {
        if (name.startsWith("/") || hasProtocol(name)) {
            return name;
        }
        return image.substring(0, image.lastIndexOf('/') + 1) + name;
    }

    /**
     * Tells whether two disk names mean one file.
     *
     * @param a a disk name
     * @param b a disk name
     * @return false where either means no file, or one that does not exist
     */
    public static boolean sameNamed(String a, String b) {
        Optional<Path> first = of(a);
        Optional<Path> second = of(b);
        return first.isPresent() && second.isPresent() && same(first.get(), second.get());
    }

    /**
     * Tells whether two files are one.
     *
     * @param a a file
     * @param b a file
     * @return false where either does not exist
     */
    public static boolean same(Path a, Path b) {
        try {
            return Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b);
        } catch (IOException e) {
            return false;
        }
    }
}
