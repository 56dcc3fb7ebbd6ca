// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permissions;
import dev.varve.runtime.config.NodeOptions;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.DebugListener;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OverlayNode;
import dev.varve.runtime.job.RangeLocks;
import dev.varve.runtime.request.NodeRequests;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A node in its graph: the driver's instance with what the runtime knows of it. Edges are changed under the graph's
 * change lock; all else is thread-safe.
 */
final class NodeHandle {
    private final NodeName name;
    private final BlockDriver driver;
    private final NodeSettings settings;
    private final GraphState graph;
    private final List<Edge> children = new CopyOnWriteArrayList<>();
    private final List<Edge> parents = new CopyOnWriteArrayList<>();
    private final AtomicLongArray memos = new AtomicLongArray(GraphState.FACTS);
    private final ReentrantLock flushLock = new ReentrantLock();

    private @Nullable BlockNode node;
    private @Nullable OverlayNode overlay;
    private @Nullable Edge backing;
    private @Nullable DebugListener debugListener;
    private @Nullable NodeRequests requests;
    private boolean kept;
    private String filename = "";
    private @Nullable NodeOptions options;
    private volatile @Nullable NodeHandle overridingBacking;
    private volatile Permissions permissions = Permissions.NONE;
    private volatile long size;
    private volatile long sizeIn;
    private volatile long readyIn;
    private volatile boolean unflushed;
    private volatile @Nullable String closedBecause;
    private volatile @Nullable ContentLog contentLog;
    private volatile @Nullable ChainMemo chainMemo;
    private volatile @Nullable RangeLocks ranges;

    NodeHandle(NodeName name, BlockDriver driver, NodeSettings settings, GraphState graph) {
        this.name = name;
        this.driver = driver;
        this.settings = settings;
        this.graph = graph;
    }

    /** Takes the driver's instance; called once, when it has been opened. */
    void opened(BlockNode opened) throws IOException {
        node = opened;
        overlay = opened instanceof OverlayNode layered ? layered : null;
        backing = overlay == null ? null : (Edge) overlay.backing();
        requests = new NodeRequests(opened);
        debugListener = opened instanceof DebugListener listening ? listening : null;
        if (opened.isInserted()) {
            refreshSize(graph.generation().medium());
        }
    }

    boolean isOpen() {
        return node != null;
    }

    NodeName name() {
        return name;
    }

    BlockDriver driver() {
        return driver;
    }

    NodeSettings settings() {
        return settings;
    }

    GraphState graph() {
        return graph;
    }

    List<Edge> children() {
        return children;
    }

    List<Edge> parents() {
        return parents;
    }

    /** The name of the image's file, or empty. */
    String filename() {
        return filename;
    }

    void filename(String known) {
        filename = known;
    }

    /** What the node was opened with; null for one that no definition was read for. */
    @Nullable NodeOptions options() {
        return options;
    }

    void options(NodeOptions read) {
        options = read;
    }

    /** Tells that a backing node is another one than the image names. */
    void overridingBacking(NodeHandle other) {
        overridingBacking = other;
    }

    boolean overridesBacking(NodeHandle current) {
        return current == overridingBacking;
    }

    /** A failure with its place: the operation, this node and, in the words, its file. */
    BlockException located(IOException failure, Operation operation, long offset) {
        if (failure instanceof BlockException known && known.operation().isEmpty() && !filename.isEmpty()
                && !known.problem().contains(filename)) {
            String problem = known.problem() + " (image '" + filename + "')";
            Throwable cause = known.getCause();
            BlockException named = cause == null ? new BlockException(known.kind(), problem)
                    : new BlockException(known.kind(), problem, cause);
            named.setStackTrace(known.getStackTrace());
            return BlockException.locate(named, operation, name, offset);
        }
        return BlockException.locate(failure, operation, name, offset);
    }

    /** Whether the node stays when its last parent goes: it was added by name. */
    boolean isKept() {
        return kept;
    }

    void keep() {
        kept = true;
    }

    BlockNode node() {
        return present(node);
    }

    NodeRequests requests() {
        return present(requests);
    }

    private static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the node is still being opened");
        }
        return part;
    }

    /** The node as one that can have a backing file, or null. */
    @Nullable OverlayNode overlay() {
        return overlay;
    }

    /** The edge to the backing file, or null for a node that cannot have one. */
    @Nullable Edge backing() {
        return backing;
    }

    /** The node as one that makes faults, or null. */
    @Nullable DebugListener debugListener() {
        return debugListener;
    }

    /** The edge of role PRIMARY, or null. */
    @Nullable Edge primary() {
        for (Edge edge : children) {
            if (edge.isPrimary()) {
                return edge;
            }
        }
        return null;
    }

    /** Lets the writes of all edges but those of jobs enter these ranges, or null for none. */
    void ranges(@Nullable RangeLocks entered) {
        ranges = entered;
    }

    /** Waits while a job copies what is about to be written, and holds it off until the range is left. */
    RangeLocks.@Nullable Range enterWrite(Edge by, long offset, long bytes) {
        RangeLocks entered = ranges;
        return entered == null || by.isOfJob() ? null : entered.enterWrite(offset, bytes);
    }

    /** As {@link #enterWrite} for what may let go of content. */
    RangeLocks.@Nullable Range enterLoss(Edge by, long offset, long bytes) {
        RangeLocks entered = ranges;
        return entered == null || by.isOfJob() ? null : entered.enterLoss(offset, bytes);
    }

    /** Changes the name of the backing file in the image. */
    void changeBackingFile(Optional<ImageReference> backingFile) throws IOException {
        try {
            if (overlay == null) {
                throw BlockException.unsupported("the format has no backing files");
            }
            overlay.changeBackingFile(backingFile);
        } catch (IOException e) {
            throw located(e, Operation.CHANGE_BACKING_FILE, -1);
        }
    }

    boolean isProtocol() {
        return driver.kind() == NodeKind.PROTOCOL;
    }

    boolean isFilter() {
        return driver.kind() == NodeKind.FILTER;
    }

    Permissions permissions() {
        return permissions;
    }

    void permissions(Permissions granted) {
        permissions = granted;
    }

    long memo(int slot) {
        return memos.get(slot);
    }

    void memo(int slot, long value) {
        memos.set(slot, value);
    }

    /** Fails where the node cannot serve requests; two volatile loads where nothing has changed. */
    void ensureReady() throws IOException {
        long now = graph.generation().current();
        if (readyIn != now) {
            becomeReady(now);
        }
    }

    private void becomeReady(long now) throws IOException {
        String why = closedBecause;
        if (why != null) {
            throw new BlockException(ErrorKind.CLOSED, why);
        }
        if (!graph.inserted().holds(this)) {
            throw new BlockException(ErrorKind.NO_MEDIUM, "no medium found");
        }
        long medium = graph.generation().medium();
        if (sizeIn != medium) {
            refreshSize(medium);
        }
        readyIn = now;
    }

    /** The size as last read or reached by a write. */
    long size() {
        return size;
    }

    void refreshSize() throws IOException {
        refreshSize(graph.generation().medium());
    }

    private void refreshSize(long medium) throws IOException {
        size = node().size();
        sizeIn = medium;
    }

    /** Notes that a write ended at {@code end}. */
    void wroteTo(long end) {
        if (!unflushed) {
            unflushed = true;
        }
        if (end > size) {
            growTo(end);
        }
    }

    private void growTo(long end) {
        flushLock.lock();
        try {
            size = Math.max(size, end);
        } finally {
            flushLock.unlock();
        }
    }

    /** Flushes the node if anything was written since the last flush; concurrent callers share one flush. */
    void flush() throws IOException {
        flushLock.lock();
        try {
            if (!unflushed) {
                return;
            }
            unflushed = false;
            boolean done = false;
            try {
                if (!(settings.cacheNoFlush() && isProtocol())) {
                    node().flush();
                }
                done = true;
            } finally {
                if (!done) {
                    unflushed = true;
                }
            }
        } finally {
            flushLock.unlock();
        }
    }

    /** Whether nothing was written since the last flush; waits for one that is under way. */
    boolean isFlushed() {
        flushLock.lock();
        try {
            return !unflushed;
        } finally {
            flushLock.unlock();
        }
    }

    /** What remembers changes of the node, from the first call on. */
    ContentLog contentLog() {
        ContentLog log = contentLog;
        if (log == null) {
            synchronized (memos) {
                log = contentLog;
                if (log == null) {
                    log = new ContentLog();
                    contentLog = log;
                }
            }
        }
        return log;
    }

    /** Notes a change of a range for those who remember the node's content. */
    void changed(long offset, long bytes, boolean byUser) {
        ContentLog log = contentLog;
        if (log != null) {
            log.changed(offset, bytes, byUser);
        }
    }

    /** What is remembered of the chain that begins here. */
    ChainMemo chain() {
        ChainMemo memo = chainMemo;
        if (memo == null) {
            synchronized (memos) {
                memo = chainMemo;
                if (memo == null) {
                    memo = new ChainMemo(this);
                    chainMemo = memo;
                }
            }
        }
        return memo;
    }

    /** What stands for the whole chain from here on, or null where its layers are asked one after the other. */
    @Nullable Collapse collapse() {
        return overlay == null ? null : chain().collapse();
    }

    boolean isClosed() {
        return closedBecause != null;
    }

    /** Lets later requests fail with this explanation; followed by a bump of the generation. */
    void closedBecause(String why) {
        closedBecause = why;
        ChainMemo memo = chainMemo;
        if (memo != null) {
            memo.close();
        }
    }

    @Override
    public String toString() {
        return name + " (" + driver.name() + ")";
    }
}
