// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.Extent;
import dev.varve.api.graph.BlockBackend;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.PageBuffers;
import dev.varve.cli.text.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares two disks by extents and content, sector by sector where they differ (QEMU's {@code img_compare}). */
final class Comparison {
    private static final int CHUNK = 2 << 20;
    private static final int SECTOR = 512;
    private static final int DIFFERENT = 1;
    private static final int NO_ALLOCATION = 3;
    private static final int NOT_READ = 4;

    private final Disk first;
    private final Disk second;
    private final boolean strict;
    private final Progress progress;
    private final ByteBuffer firstBytes = PageBuffers.allocate(CHUNK);
    private final ByteBuffer secondBytes = PageBuffers.allocate(CHUNK);
    private final ByteBuffer zeroes = PageBuffers.allocate(CHUNK);

    /**
     * How a comparison ends.
     *
     * @param code the exit code
     * @param lines what is printed
     * @param failure a message for standard error
     */
    record Verdict(int code, List<String> lines, Optional<String> failure) {}

    /** Ends the comparison. */
    private static final class Ended extends Exception {
        private static final long serialVersionUID = 1L;
        private final int code;
        private final boolean failed;

        Ended(int code, boolean failed, String message) {
            super(message, null, false, false);
            this.code = code;
            this.failed = failed;
        }
    }

    Comparison(Disk first, Disk second, boolean strict, Progress progress) {
        this.first = first;
        this.second = second;
        this.strict = strict;
        this.progress = progress;
    }

    Verdict run() throws IOException {
        List<String> lines = new ArrayList<>();
        try {
            long firstSize = first.backend().size();
            long secondSize = second.backend().size();
            if (strict && firstSize != secondSize) {
                throw new Ended(DIFFERENT, false, "Strict mode: Image size mismatch!");
            }
            long common = Math.min(firstSize, secondSize);
            compareCommon(common);
            if (firstSize != secondSize) {
                lines.add("Warning: Image size mismatch!");
                compareTail(firstSize > secondSize ? first : second, common, Math.max(firstSize, secondSize));
            }
            lines.add("Images are identical.");
            return new Verdict(Command.OK, lines, Optional.empty());
        } catch (Ended e) {
            if (e.failed) {
                return new Verdict(e.code, lines, Optional.of(ErrorText.of(e)));
            }
            lines.add(ErrorText.of(e));
            return new Verdict(e.code, lines, Optional.empty());
        }
    }

    private void compareCommon(long size) throws Ended {
        ExtentCursor ones = new ExtentCursor(first.backend(), size);
        ExtentCursor others = new ExtentCursor(second.backend(), size);
        long offset = 0;
        while (offset < size) {
            Extent one = extent(ones, first, offset);
            Extent other = extent(others, second, offset);
            long bytes = Math.min(one.end(), other.end()) - offset;
            if (strict && !sameStatus(one, other)) {
                throw new Ended(DIFFERENT, false, "Strict mode: Offset " + offset + " block status mismatch!");
            }
            if (!one.readsAsZeroes() || !other.readsAsZeroes()) {
                bytes = Math.min(bytes, CHUNK);
                compareContent(one, other, offset, (int) bytes);
            }
            offset += bytes;
            progress.add(bytes);
        }
    }

    private void compareContent(Extent one, Extent other, long offset, int bytes) throws Ended {
        ByteBuffer a = one.readsAsZeroes() ? zeroes(bytes) : read(first, firstBytes, offset, bytes);
        ByteBuffer b = other.readsAsZeroes() ? zeroes(bytes) : read(second, secondBytes, offset, bytes);
        differ(a.mismatch(b), offset);
    }

    private void compareTail(Disk longer, long start, long end) throws Ended {
        ExtentCursor cursor = new ExtentCursor(longer.backend(), end);
        long offset = start;
        while (offset < end) {
            Extent here = extent(cursor, longer, offset);
            long bytes = here.end() - offset;
            if (!here.readsAsZeroes()) {
                bytes = Math.min(bytes, CHUNK);
                differ(read(longer, firstBytes, offset, (int) bytes).mismatch(zeroes((int) bytes)), offset);
            }
            offset += bytes;
            progress.add(bytes);
        }
    }

    private static void differ(int mismatch, long offset) throws Ended {
        if (mismatch >= 0) {
            throw new Ended(DIFFERENT, false,
                    "Content mismatch at offset " + (offset + mismatch - mismatch % SECTOR) + "!");
        }
    }

    private ByteBuffer zeroes(int bytes) {
        return zeroes.clear().limit(bytes);
    }

    private static ByteBuffer read(Disk disk, ByteBuffer buffer, long offset, int bytes) throws Ended {
        try {
            buffer.clear().limit(bytes);
            disk.backend().read(offset, buffer);
            return buffer.flip();
        } catch (IOException e) {
            throw new Ended(NOT_READ, true, "error while reading offset " + offset + " of " + disk.name() + ": "
                    + ErrorText.of(e));
        }
    }

    private static Extent extent(ExtentCursor cursor, Disk disk, long offset) throws Ended {
        try {
            return cursor.at(offset);
        } catch (UncheckedIOException e) {
            throw new Ended(NO_ALLOCATION, true, "allocation of " + disk.name() + " could not be asked: "
                    + ErrorText.of(e));
        }
    }

    private static boolean sameStatus(Extent a, Extent b) {
        return a.content() == b.content() && a.allocated() == b.allocated()
                && a.location().isPresent() == b.location().isPresent();
    }

    /** The extents of a disk, asked for in order. */
    private static final class ExtentCursor {
        private final BlockBackend backend;
        private final long end;
        private @Nullable Iterator<Extent> extents;
        private @Nullable Extent current;

        ExtentCursor(BlockBackend backend, long end) {
            this.backend = backend;
            this.end = end;
        }

        Extent at(long offset) {
            Iterator<Extent> rest = extents;
            if (rest == null) {
                rest = backend.extents(offset, end - offset);
                extents = rest;
            }
            Extent here = current;
            while (here == null || here.end() <= offset) {
                here = rest.next();
            }
            current = here;
            return here;
        }
    }
}
