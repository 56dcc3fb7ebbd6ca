// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.BlockStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells data from holes of a file. Thread-safe. */
final class DataRuns {
    /*
     * Finding the end of a run of data walks over all its extents, so the last run found is kept (as QEMU does). Runs
     * of holes are not: finding one is one step, and a hole remembered a moment too long, while somebody writes into
     * it, would be content lost by whoever copies the disk. A run of data remembered too long only costs a copier the
     * reading of zeroes; a version number keeps even that from lasting when data is found before and kept after the
     * file's own node has freed it.
     */
    private final HostFile file;
    private volatile long version;
    private volatile @Nullable Run last;

    private record Run(long version, long start, long end) {}

    DataRuns(HostFile file) {
        this.file = file;
    }

    /** Forgets; to be called after data has become a hole. */
    synchronized void forget() {
        version++;
    }

    /** The status of the longest run from the offset. */
    BlockStatus find(long offset, long bytes) throws BlockException {
        Run run = last;
        if (run != null && run.start <= offset && offset < run.end && run.version == version) {
            return data(offset, Math.min(bytes, run.end - offset));
        }
        long seen = version;
        long start = file.nextData(offset);
        if (start == HostFile.NO_DATA) {
            return hole(offset, bytes);
        }
        if (start > offset) {
            return hole(offset, Math.min(bytes, start - offset));
        }
        long end = start == HostFile.UNKNOWN ? HostFile.UNKNOWN : file.nextHole(offset);
        if (end <= offset) {
            // The system cannot tell, or the file changed between the two questions.
            return data(offset, bytes);
        }
        last = new Run(seen, offset, end);
        return data(offset, Math.min(bytes, end - offset));
    }

    static BlockStatus data(long offset, long bytes) {
        return new BlockStatus.Data(bytes, storage(offset), false);
    }

    private static BlockStatus hole(long offset, long bytes) {
        return new BlockStatus.Zero(bytes, storage(offset));
    }

    private static Optional<BlockStatus.Storage> storage(long offset) {
        return Optional.of(new BlockStatus.Storage(Optional.empty(), offset));
    }
}
