// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.Extent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The extents of a range, one after the other; neighbours that tell the same are joined. Confined to one thread. */
final class ExtentIterator implements Iterator<Extent> {
    /** Resolves one extent. */
    @FunctionalInterface
    interface Source {
        Extent extent(long offset, long bytes) throws IOException;
    }

    private final Source source;
    private final long end;
    private long position;
    private @Nullable Extent ahead;

    ExtentIterator(Source source, long offset, long bytes) {
        this.source = source;
        this.position = offset;
        this.end = offset + bytes;
    }

    @Override
    public boolean hasNext() {
        return ahead != null || position < end;
    }

    @Override
    public Extent next() {
        Extent joined = ahead != null ? ahead : fetch();
        ahead = null;
        while (position < end) {
            Extent following = fetch();
            if (!joined.continuedBy(following)) {
                ahead = following;
                return joined;
            }
            joined = joined.joinedWith(following);
        }
        return joined;
    }

    private Extent fetch() {
        if (position >= end) {
            throw new NoSuchElementException("no extent behind offset " + end);
        }
        try {
            Extent extent = source.extent(position, end - position);
            position = extent.end();
            return extent;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
