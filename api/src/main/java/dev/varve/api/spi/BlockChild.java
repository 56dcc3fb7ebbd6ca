// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.Extent;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * An edge: a parent's only way to a child, and the one place that checks medium, range, permission and flags, splits,
 * aligns, emulates, counts and says in each exception which node it was. Parents need none of these checks.
 *
 * <p>Reads that begin or end behind the child's size are refused, except through an edge of role COW, which reads
 * zeroes there. An edge to which nothing is attached has size 0; through one of role COW everything reads as zeroes.
 */
public interface BlockChild extends BlockIo {
    /**
     * The edge's name under its parent.
     *
     * @return QEMU's child name: {@code file}, {@code backing}, {@code data-file}, ...
     */
    String name();

    /**
     * What the child is for the parent.
     *
     * @return never empty
     */
    Set<ChildRole> roles();

    /**
     * What the edge uses and shares now.
     *
     * @return the permissions of the last completed change
     */
    Permissions permissions();

    /**
     * Tells whether a node is attached.
     *
     * @return false for the backing edge of an image without a backing file
     */
    boolean isAttached();

    /**
     * The node below.
     *
     * @return empty where nothing is attached
     */
    Optional<NodeName> node();

    /**
     * Tells whether nobody may change what is read through this edge: in the current generation of the graph no edge
     * to the child or to anything it reads from uses WRITE, WRITE_UNCHANGED or RESIZE.
     *
     * @return true where content may be remembered until the graph changes
     */
    boolean isFrozen();

    /**
     * The backing chain that begins at the child, if nobody may change it ({@link #isFrozen}). A layer that is no
     * overlay is the last one: what is below a filter is a chain of its own.
     *
     * @return the chain; empty where it is not frozen or nothing is attached
     */
    default Optional<FrozenChain> frozenChain() {
        return Optional.empty();
    }

    /**
     * A short way for many reads of a frozen chain's storage: checks that can come out differently only after a change
     * of the graph are made now.
     *
     * @return good as long as {@link #frozenChain} of the chain whose storage this is gives the same instance
     */
    default BlockReader reader() {
        return (offset, dst) -> read(offset, dst, RequestFlags.NONE);
    }

    /**
     * Tells the child that its parent has come to a point which tests hang faults on (QEMU's {@code BLKDBG_EVENT}).
     * Costs nothing where the child does not listen.
     *
     * @param event the point
     * @throws IOException a fault that the child makes there
     */
    default void debugEvent(DebugEvent event) throws IOException {
        // Nobody listens.
    }

    /**
     * Resolves everything below the edge: which layer answers for a range and where its bytes lie.
     *
     * @param offset where to begin, less than the size
     * @param bytes how much is asked for, at least 1
     * @return an extent that begins at {@code offset}; at least 1 byte, at most {@code bytes}
     * @throws IOException if a layer's metadata cannot be read
     */
    Extent extent(long offset, long bytes) throws IOException;

    /**
     * The place of a layer in the chain below the edge.
     *
     * @param layer a node's name
     * @return how many layers lie above it, 0 for the active one; filters do not count; -1 where it is not in the chain
     */
    int depthOf(NodeName layer);
}
