// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Extent;
import dev.varve.api.block.Operation;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.OverlayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Where a disk may differ from an older one: what the layers hold that the two do not share, and where two views of a
 * shared image do not map the same. Goes over the disk in windows, so that it takes memory for one of them. The gates
 * of both disks are passed in turn, never one inside the other. Confined to one thread.
 */
final class ChainDiff implements Iterator<Extent> {
    private static final long WINDOW = 1L << 30;

    private final DiskRoot newer;
    private final DiskRoot older;
    private final List<NodeHandle> newLayers;
    private final List<NodeHandle> oldLayers;
    private final int common;
    private final long size;
    private final long oldSize;
    private final Deque<Extent> ready = new ArrayDeque<>();
    private List<Part> parts = new ArrayList<>();
    private long position;

    /** A part of the disk that may differ. */
    private record Part(long offset, long end) {}

    ChainDiff(DiskRoot newer, DiskRoot older) throws IOException {
        this.newer = newer;
        this.older = older;
        this.newLayers = within(newer, () -> LayerPath.below(newer));
        this.oldLayers = within(older, () -> LayerPath.below(older));
        this.common = LayerPath.common(newLayers, oldLayers);
        this.size = newLayers.getFirst().size();
        this.oldSize = oldLayers.getFirst().size();
        if (common == 0) {
            throw BlockException.invalidOption("the disks '" + newer.edge().attached().name() + "' and '"
                    + older.edge().attached().name() + "' have no layer in common");
        }
    }

    private static <T> T within(DiskRoot disk, RootOperations.Work<T> work) throws IOException {
        int ticket = disk.enter();
        try {
            return work.run();
        } finally {
            disk.exit(ticket);
        }
    }

    @Override
    public boolean hasNext() {
        try {
            while (ready.isEmpty() && position < size) {
                window(Math.min(size, position + WINDOW));
            }
            return !ready.isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Extent next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no change behind offset " + position);
        }
        return ready.remove();
    }

    private void window(long end) throws IOException {
        parts = new ArrayList<>();
        within(newer, () -> ownParts(newer, newLayers, end));
        within(older, () -> ownParts(older, oldLayers, end) && sharedParts(end));
        add(Math.max(position, oldSize), end);
        List<Part> found = merged();
        within(newer, () -> extents(found));
        position = end;
    }

    private void add(long offset, long end) {
        if (offset < end) {
            parts.add(new Part(offset, end));
        }
    }

    /** What the layers that only this disk has decide, also by ending before the layer above. */
    private boolean ownParts(DiskRoot disk, List<NodeHandle> layers, long end) throws IOException {
        if (!LayerPath.below(disk).equals(layers)) {
            throw new BlockException(ErrorKind.CHANGED, "the layers of node '" + layers.getFirst().name()
                    + "' were changed while they were compared");
        }
        long reach = Math.min(end, layers.getFirst().size());
        for (NodeHandle layer : layers.subList(0, layers.size() - common)) {
            if (layer.size() < reach) {
                add(Math.max(position, layer.size()), reach);
                reach = layer.size();
            }
            OverlayNode overlay = layer.overlay();
            if (overlay == null) {
                add(position, reach);
            } else if (position < reach) {
                held(layer, overlay, reach);
            }
        }
        return true;
    }

    private void held(NodeHandle layer, OverlayNode overlay, long reach) throws IOException {
        try {
            long from = position + overlay.emptyRun(position, reach - position);
            if (from < reach) {
                Held held = new Held(from);
                overlay.scan(from, reach - from, held::accept);
            }
        } catch (IOException e) {
            throw layer.located(e, Operation.BLOCK_STATUS, position);
        }
    }

    /** Takes the statuses of one layer. */
    private final class Held {
        private long at;

        Held(long at) {
            this.at = at;
        }

        void accept(BlockStatus status) {
            long begin = at;
            at += status.bytes();
            if (!(status instanceof BlockStatus.Unallocated)) {
                add(begin, at);
            }
        }
    }

    /** Where two views of one image, such as a snapshot and its present, do not hold the same. */
    private boolean sharedParts(long end) throws IOException {
        for (int height = 0; height < common; height++) {
            NodeHandle one = newLayers.get(newLayers.size() - 1 - height);
            NodeHandle other = oldLayers.get(oldLayers.size() - 1 - height);
            if (one == other || one.overlay() == null || other.overlay() == null) {
                continue;
            }
            long both = Math.min(end, Math.min(one.size(), other.size()));
            try {
                for (long at = position; at < both;) {
                    long run = one.overlay().sameRun(other.overlay(), at, both - at);
                    if (run < 0) {
                        add(at, at - run);
                    }
                    at += Math.abs(run);
                }
            } catch (IOException e) {
                throw one.located(e, Operation.BLOCK_STATUS, position);
            }
            add(Math.max(position, both), Math.min(end, Math.max(one.size(), other.size())));
        }
        return true;
    }

    private List<Part> merged() {
        parts.sort(Comparator.comparingLong(Part::offset));
        List<Part> merged = new ArrayList<>();
        for (Part part : parts) {
            Part last = merged.isEmpty() ? null : merged.getLast();
            if (last == null || last.end() < part.offset()) {
                merged.add(part);
            } else if (last.end() < part.end()) {
                merged.set(merged.size() - 1, new Part(last.offset(), part.end()));
            }
        }
        return merged;
    }

    private boolean extents(List<Part> found) throws IOException {
        NodeHandle top = newer.edge().attached();
        for (Part part : found) {
            for (long at = part.offset(); at < part.end();) {
                Extent extent = ExtentResolver.resolvePlain(top, at, piece(at, part.end()));
                at = extent.end();
                if (extent.offset() >= oldSize && extent.readsAsZeroes()) {
                    continue;
                }
                if (!ready.isEmpty() && ready.getLast().continuedBy(extent)) {
                    extent = ready.removeLast().joinedWith(extent);
                }
                ready.add(extent);
            }
        }
        return true;
    }

    /** What lies behind the end of the older disk is told apart from what lies before it. */
    private long piece(long at, long end) {
        return (at < oldSize ? Math.min(end, oldSize) : end) - at;
    }
}
