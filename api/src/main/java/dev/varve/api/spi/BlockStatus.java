// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.util.Optional;

/**
 * What one node knows of the {@link #bytes()} from the offset it was asked about. Shallow: the runtime resolves what
 * lies below into an {@link dev.varve.api.block.Extent}.
 */
public sealed interface BlockStatus {
    /**
     * The length of the run.
     *
     * @return at least 1, at most what was asked for
     */
    long bytes();

    /**
     * A run of storage that holds the bytes as they are.
     *
     * @param child the edge to the storage; empty where the node is the storage (a protocol)
     * @param offset where the run begins in it, in bytes
     */
    record Storage(Optional<BlockChild> child, long offset) {}

    /**
     * Content stored by this node.
     *
     * @param bytes the length of the run
     * @param storage where it lies; empty where it is encoded and only this node can read it
     * @param readsAsZeroes true where the node knows that the storage reads as zeroes
     */
    record Data(long bytes, Optional<Storage> storage, boolean readsAsZeroes) implements BlockStatus {
        /** Checks the length. */
        public Data {
            checkBytes(bytes);
        }
    }

    /**
     * Zeroes because this node says so, hiding what a backing file holds.
     *
     * @param bytes the length of the run
     * @param storage where it is preallocated, or empty
     */
    record Zero(long bytes, Optional<Storage> storage) implements BlockStatus {
        /** Checks the length. */
        public Zero {
            checkBytes(bytes);
        }
    }

    /**
     * Not held by this node: content of its COW child, or zeroes where there is none or it is shorter.
     *
     * @param bytes the length of the run
     */
    record Unallocated(long bytes) implements BlockStatus {
        /** Checks the length. */
        public Unallocated {
            checkBytes(bytes);
        }
    }

    /**
     * Whatever a child answers (filters, raw).
     *
     * @param bytes the length of the run
     * @param child the edge to it
     * @param childOffset where the run begins in it, in bytes
     */
    record SameAs(long bytes, BlockChild child, long childOffset) implements BlockStatus {
        /** Checks the length. */
        public SameAs {
            checkBytes(bytes);
        }
    }

    private static void checkBytes(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("block status of " + bytes + " bytes");
        }
    }
}
