// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Extent;
import dev.varve.api.block.Extent.Content;
import dev.varve.api.block.Extent.Location;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Operation;
import dev.varve.api.graph.Allocation;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.ChainFilterNode;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.FrozenChain;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OverlayNode;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Resolves one range of a disk into the layer that answers for it, in a loop over the layers (QEMU's
 * {@code bdrv_common_block_status_above} with the depth count of {@code qemu-img map}). Confined to one call.
 */
class ExtentResolver {
    private final long start;
    private final Effort effort;
    private final int layers;
    private NodeHandle node;
    private long offset;
    private long bytes;
    private int depth;
    private int asked;
    private boolean endedInShortLayer;
    /** A layer of a collapsed chain had to be asked itself: those below it are asked too. */
    private boolean plain;
    private @Nullable NodeHandle layer;

    ExtentResolver(NodeHandle top, long offset, long bytes, Effort effort, int layers) {
        this.node = top;
        this.layers = layers;
        this.start = offset;
        this.offset = offset;
        this.bytes = bytes;
        this.effort = effort;
    }

    /** The extent at {@code offset} as the top and everything below it give it. */
    static Extent resolve(NodeHandle top, long offset, long bytes, Effort effort) throws IOException {
        return new ExtentResolver(top, offset, bytes, effort, Integer.MAX_VALUE).resolve();
    }

    /** The extent at {@code offset}, found by asking the layers one after the other, no further down than its owner. */
    static Extent resolvePlain(NodeHandle top, long offset, long bytes) throws IOException {
        ExtentResolver resolver = new ExtentResolver(top, offset, bytes, Effort.ALLOCATION_ONLY, Integer.MAX_VALUE);
        resolver.plain = true;
        return resolver.resolve();
    }

    /**
     * Whether one of the uppermost {@code layers} layers decides the content. Zeroes behind the end of a layer that its
     * overlay left to it count as that layer's (QEMU's {@code bdrv_is_allocated_above}).
     */
    static Allocation allocation(NodeHandle top, long offset, long bytes, int layers) throws IOException {
        ExtentResolver resolver = new ExtentResolver(top, offset, bytes, Effort.ALLOCATION_ONLY, layers);
        Extent extent = resolver.resolve();
        return new Allocation(extent.allocated() || resolver.endedInShortLayer, extent.bytes());
    }

    final Extent resolve() throws IOException {
        try {
            while (true) {
                Extent extent = step();
                if (extent != null) {
                    return extent;
                }
            }
        } finally {
            node.graph().visitedLayers(asked);
        }
    }

    /** Asks one node; null to go on with the next. */
    private @Nullable Extent step() throws IOException {
        if (layer == null && node.driver().kind() != NodeKind.FILTER) {
            layer = node;
        }
        if (offset >= node.size()) {
            return extent(Content.ZERO, false, Optional.empty());
        }
        bytes = Math.min(bytes, node.size() - offset);
        if (depth + 1 < layers && !plain) {
            // Put there by the runtime, or a node of its own.
            Collapse collapse = node.collapse();
            ChainFilterNode filter = collapse != null ? collapse.node()
                    : node.node() instanceof ChainFilterNode itself ? itself : null;
            Optional<FrozenChain> chain = collapse != null ? node.chain().frozen()
                    : filter != null ? filter.filtered().frozenChain() : Optional.empty();
            if (filter != null && chain.isPresent()) {
                return decide(filter, (FrozenLayers) chain.get());
            }
        }
        return take(ask());
    }

    /** Goes on with the layer that decides. */
    private @Nullable Extent decide(ChainFilterNode filter, FrozenLayers chain) throws IOException {
        ChainFilterNode.Decision decision = decision(filter, chain);
        bytes = Math.min(bytes, decision.bytes());
        int further = chain.length() - 1 - decision.height();
        depth += further;
        node = chain.node(decision.height());
        if (further > 0) {
            layer = node.isFilter() ? null : node;
        }
        if (depth >= layers) {
            return extent(Content.ZERO, false, Optional.empty());
        }
        if (decision.status().isEmpty()) {
            plain = node.overlay() != null;
            return take(ask());
        }
        BlockStatus status = decision.status().get();
        OverlayNode overlay = node.overlay();
        if (effort == Effort.FIND_ZEROES && overlay != null && status instanceof BlockStatus.Data data) {
            status = overlay.findZeroes(data);
        }
        return take(status);
    }

    /** Asks what stands for a chain. */
    ChainFilterNode.Decision decision(ChainFilterNode filter, FrozenChain chain) throws IOException {
        try {
            return filter.decide(chain, offset, bytes);
        } catch (IOException e) {
            throw node.located(e, Operation.BLOCK_STATUS, offset);
        }
    }

    private @Nullable Extent take(BlockStatus status) throws IOException {
        bytes = Math.min(bytes, status.bytes());
        return switch (status) {
            case BlockStatus.Data data -> extent(contentOf(data), true, data.storage().map(this::locate));
            case BlockStatus.Zero zero -> extent(Content.ZERO, true, zero.storage().map(this::locate));
            case BlockStatus.SameAs same -> follow(same);
            case BlockStatus.Unallocated unallocated -> descend();
        };
    }

    /** Asks a node itself. */
    BlockStatus ask() throws IOException {
        try {
            return node.node().blockStatus(offset, bytes, effort);
        } catch (IOException e) {
            throw node.located(e, Operation.BLOCK_STATUS, offset);
        }
    }

    private static Content contentOf(BlockStatus.Data data) {
        if (data.readsAsZeroes()) {
            return Content.ZERO_DATA;
        }
        return data.storage().isPresent() ? Content.DATA : Content.ENCODED;
    }

    /** Whether the node that is asked is the layer itself, and not what lies below it. */
    final boolean isAtLayer() {
        return node == layer;
    }

    final long offset() {
        return offset;
    }

    private @Nullable Extent follow(BlockStatus.SameAs same) throws IOException {
        NodeHandle child = ((Edge) same.child()).attached();
        child.ensureReady();
        node = child;
        offset = same.childOffset();
        return null;
    }

    private @Nullable Extent descend() throws IOException {
        Edge backing = node.backing();
        NodeHandle next = backing == null ? null : backing.target();
        if (next == null || depth + 1 >= layers) {
            return extent(Content.ZERO, false, Optional.empty());
        }
        next.ensureReady();
        if (offset >= next.size()) {
            endedInShortLayer = true;
            return extent(Content.ZERO, false, Optional.empty());
        }
        node = next;
        layer = null;
        depth++;
        asked++;
        return null;
    }

    private Location locate(BlockStatus.Storage storage) {
        NodeName where = storage.child().flatMap(child -> child.node()).orElse(node.name());
        return new Location(where, storage.offset());
    }

    private Extent extent(Content content, boolean allocated, Optional<Location> location) {
        NodeHandle owner = layer == null ? node : layer;
        return new Extent(start, bytes, content, allocated, depth, owner.name(), location);
    }
}
