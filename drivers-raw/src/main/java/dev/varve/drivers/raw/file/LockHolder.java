// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who holds an open-file-description lock. The kernel names no process, since such a lock belongs to none,
 * but /proc lists the locks under each descriptor of each process: of all that the caller may look at.
 */
final class LockHolder {
    private static final Path PROC = Path.of("/proc");
    private static final int FILE = 6;
    private static final int FIRST = 7;
    private static final int LAST = 8;

    private LockHolder() {
    }

    /**
     * The holder of a lock on a byte of the file that {@code fd} is open on, which has a lock of its own.
     *
     * @return {@code process 12 (qemu-img)}, {@code this process}, or empty where it cannot be seen
     */
    static Optional<String> find(int fd, int position) {
        long self = ProcessHandle.current().pid();
        Path own = fdinfo(String.valueOf(self)).resolve(String.valueOf(fd));
        Optional<String> file = locks(own).stream().map(words -> words[FILE]).findFirst();
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                String pid = process.getFileName().toString();
                if (holds(pid, own, file.get(), position)) {
                    return Optional.of(pid.equals(String.valueOf(self)) ? "this process" : describe(pid));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static Path fdinfo(String pid) {
        return PROC.resolve(pid).resolve("fdinfo");
    }

    private static boolean holds(String pid, Path own, String file, int position) {
        Object ownFile = fileBehind(own);
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(fdinfo(pid))) {
            for (Path descriptor : descriptors) {
                // There may be thousands of descriptors: only those of this file are worth reading.
                if (!descriptor.equals(own) && Objects.equals(ownFile, fileBehind(descriptor))
                        && locks(descriptor).stream().anyMatch(words -> covers(words, file, position))) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Gone meanwhile, or somebody else's: not to be seen.
            return false;
        }
        return false;
    }

    /** Device and inode of what a descriptor is open on; null where that cannot be seen. */
    private static @Nullable Object fileBehind(Path descriptor) {
        Path link = descriptor.resolveSibling("../fd").resolve(descriptor.getFileName());
        try {
            return Files.readAttributes(link, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    /** The words of lines like {@code lock: 1: OFDLCK ADVISORY READ -1 fe:00:2146750 100 101}. */
    private static List<String[]> locks(Path descriptor) {
        try {
            return Files.readAllLines(descriptor).stream().filter(line -> line.startsWith("lock:"))
                    .map(line -> line.trim().split("\\s+", -1))
                    .filter(words -> words.length > LAST && words[2].equals("OFDLCK")).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean covers(String[] words, String file, int position) {
        return words[FILE].equals(file) && Long.parseLong(words[FIRST]) <= position
                && (words[LAST].equals("EOF") || position <= Long.parseLong(words[LAST]));
    }

    private static String describe(String pid) {
        try {
            return "process " + pid + " (" + Files.readString(PROC.resolve(pid).resolve("comm")).strip() + ")";
        } catch (IOException e) {
            return "process " + pid;
        }
    }
}
