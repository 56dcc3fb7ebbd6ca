// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Extent;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockReader;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.DebugEvent;
import dev.varve.api.spi.DebugListener;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.FrozenChain;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.PermissionPolicy;
import dev.varve.api.spi.SupportedFlags;
import dev.varve.runtime.request.Zeroes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An edge: the one way to a node and the choke point of every request on it. Where nothing has changed since the last
 * request, its checks are a few loads. Thread-safe; its target and permissions are changed under the graph's change
 * lock while nothing is in flight.
 */
final class Edge implements BlockChild {
    /** Who uses the graph through this edge; null where that is the parent node. */
    private final @Nullable String user;
    private final @Nullable NodeHandle parentNode;
    private final String name;
    private final Set<ChildRole> roles;
    private final PermissionPolicy policy;
    private final boolean zeroesPastEnd;
    private final boolean growing;
    private final boolean ofJob;
    private @Nullable String heldBy;
    private volatile @Nullable NodeHandle target;
    private volatile @Nullable Chain chain;
    private volatile Permissions permissions = Permissions.NONE;
    private volatile boolean mayWrite;
    private volatile boolean mayWriteUnchanged;
    private volatile boolean mayResize;

    private Edge(@Nullable String user, @Nullable NodeHandle parentNode, String name, Set<ChildRole> roles,
            PermissionPolicy policy, boolean growing, boolean ofJob) {
        this.user = user;
        this.growing = growing;
        this.ofJob = ofJob;
        this.parentNode = parentNode;
        this.name = name;
        this.roles = Set.copyOf(roles);
        this.policy = policy;
        this.zeroesPastEnd = roles.contains(ChildRole.COW);
    }

    /** An edge of a node, without a target yet. */
    static Edge of(NodeHandle parent, String name, Set<ChildRole> roles, PermissionPolicy policy) {
        return new Edge(null, parent, name, roles, policy, true, false);
    }

    /** An edge of a user of the graph: the root of what the user sees. Writes stay inside the size. */
    static Edge ofUser(String user, Permissions permissions) {
        return ofUser(user, permissions, false, false);
    }

    /** An edge of a job: it stays at its node, and its writes are what the writes of others wait for. */
    static Edge ofJob(String job, Permissions permissions) {
        return ofUser(job, permissions, false, true);
    }

    /**
     * An edge of somebody who lays out an image on the node: writes behind the end let it grow. Shares all, as QEMU's
     * creation of images does: whether the storage may be emptied is its driver's decision, and made by now.
     */
    static Edge ofCreator(String user) {
        return ofUser(user, new Permissions(Permissions.READ_WRITE.used(), Permissions.ALL), true, false);
    }

    private static Edge ofUser(String user, Permissions permissions, boolean growing, boolean ofJob) {
        Set<ChildRole> roles = Set.of(ChildRole.DATA, ChildRole.PRIMARY);
        Edge edge = new Edge(user, null, "root", roles, (sum, writable) -> permissions, growing, ofJob);
        edge.permissions(permissions);
        return edge;
    }

    /**
     * An edge that reads and is no parent: nobody has to share anything with it, and it keeps nothing open. Of a filter
     * that stands for the chain below it.
     */
    static Edge beside(NodeHandle target) {
        Edge edge = new Edge("the index of a chain", null, "file", Set.of(ChildRole.FILTERED, ChildRole.PRIMARY),
                (sum, writable) -> Permissions.NONE, false, false);
        edge.target = target;
        return edge;
    }

    /** Points an edge that is no parent to another node. */
    void moveBeside(NodeHandle node) {
        target = node;
    }

    String describe() {
        return "edge '" + name + "' of " + (parentNode == null ? user : "node '" + parentNode.name() + "'");
    }

    /** Whether a job uses the edge: then it stays where it is when another node takes the place of its own. */
    boolean isOfJob() {
        return ofJob;
    }

    /** Lets a job rely on the edge, or nobody. Under the change lock. */
    void heldBy(@Nullable String job) {
        heldBy = job;
    }

    /** Refuses a change of the edge that a job relies on. Under the change lock. */
    void refuseHeld() throws BlockException {
        if (heldBy != null) {
            throw new BlockException(ErrorKind.LOCKED, describe() + " is held by job '" + heldBy
                    + "', which streams through it");
        }
    }

    @Nullable NodeHandle parentNode() {
        return parentNode;
    }

    PermissionPolicy policy() {
        return policy;
    }

    boolean isPrimary() {
        return roles.contains(ChildRole.PRIMARY);
    }

    /** Whether the child is where the parent stores its image, not something that it presents. */
    boolean isStorage() {
        return !zeroesPastEnd && !roles.contains(ChildRole.FILTERED);
    }

    @Nullable NodeHandle target() {
        return target;
    }

    /** The target of an edge that has one. */
    NodeHandle attached() throws BlockException {
        NodeHandle node = target;
        if (node == null) {
            throw new BlockException(ErrorKind.CLOSED, describe() + " leads to no node");
        }
        return node;
    }

    /** Points the edge to another node; the lists of parents follow. */
    void retarget(@Nullable NodeHandle node) {
        NodeHandle before = target;
        if (before != null) {
            before.parents().remove(this);
        }
        target = node;
        if (node != null) {
            node.parents().add(this);
        }
        if (before != null && parentNode != null && isStorage()) {
            // Another storage: whoever remembers the parent's content has to begin anew.
            parentNode.changed(0, Long.MAX_VALUE, false);
        }
    }

    void permissions(Permissions granted) {
        permissions = granted;
        mayWrite = granted.uses(Permission.WRITE);
        mayWriteUnchanged = mayWrite || granted.uses(Permission.WRITE_UNCHANGED);
        mayResize = granted.uses(Permission.RESIZE);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<ChildRole> roles() {
        return roles;
    }

    @Override
    public Permissions permissions() {
        return permissions;
    }

    @Override
    public boolean isAttached() {
        return target != null;
    }

    @Override
    public Optional<NodeName> node() {
        return Optional.ofNullable(target).map(NodeHandle::name);
    }

    @Override
    public boolean isFrozen() {
        NodeHandle node = target;
        return node == null || node.graph().frozen().holds(node);
    }

    @Override
    public BlockReader reader() {
        NodeHandle node = target;
        return node != null && node.overlay() == null && node.requests().takesAnyShape()
                ? new NodeReader(node, this) : BlockChild.super.reader();
    }

    @Override
    public Optional<FrozenChain> frozenChain() {
        NodeHandle node = target;
        return node == null ? Optional.empty() : node.chain().frozen();
    }

    NodeHandle ready(Operation operation, long offset) throws BlockException {
        NodeHandle node = attached();
        try {
            node.ensureReady();
        } catch (IOException e) {
            throw node.located(e, operation, offset);
        }
        return node;
    }

    @Override
    public long size() throws IOException {
        return target == null && zeroesPastEnd ? 0 : ready(Operation.READ, -1).size();
    }

    @Override
    public BlockLimits limits() {
        NodeHandle node = target;
        return node == null ? BlockLimits.NONE : node.requests().limits();
    }

    @Override
    public SupportedFlags supportedFlags() {
        NodeHandle node = target;
        return node == null ? SupportedFlags.NONE : node.requests().supportedFlags();
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        if (!dst.hasRemaining()) {
            return;
        }
        if (zeroesPastEnd) {
            readWithZeroTail(offset, dst, flags);
            return;
        }
        NodeHandle node = ready(Operation.READ, offset);
        checkInside(node, offset, dst.remaining());
        LayerWalk.read(node, offset, dst, flags);
    }

    private void readWithZeroTail(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        long inside = Math.min(dst.remaining(), size() - offset);
        int limit = dst.limit();
        if (inside > 0) {
            NodeHandle node = attached();
            LayerWalk.read(node, offset, dst.limit(dst.position() + (int) inside), flags);
        }
        Zeroes.fill(dst.limit(limit), limit);
    }

    static void checkInside(NodeHandle node, long offset, long bytes) {
        long size = node.size();
        if (offset < 0 || bytes < 0 || offset > size - bytes) {
            throw new IllegalArgumentException("range of " + bytes + " bytes at offset " + offset
                    + " is not within the " + size + " bytes of node '" + node.name() + "'");
        }
    }

    /** Whether a write with the flags may pass. */
    boolean mayWrite(RequestFlags flags) {
        return mayWrite || mayWriteUnchanged && flags.has(RequestFlags.WRITE_UNCHANGED);
    }

    boolean mayResize() {
        return mayResize;
    }

    /** Whether a write behind the end lets the node grow: it may resize, and its parent keeps its data there. */
    boolean mayGrow() {
        return mayResize && growing;
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        EdgeChanges.write(this, offset, src, flags);
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        EdgeChanges.writeZeroes(this, offset, bytes, flags);
    }

    @Override
    public void discard(long offset, long bytes) throws IOException {
        EdgeChanges.discard(this, offset, bytes);
    }

    @Override
    public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
        EdgeChanges.truncate(this, size, mode, flags);
    }

    /** Changes the name of the backing file in the image of the node. */
    void changeBackingFile(Optional<ImageReference> backing) throws IOException {
        EdgeChanges.writable(this, Operation.CHANGE_BACKING_FILE, -1, RequestFlags.WRITE_UNCHANGED)
                .changeBackingFile(backing);
    }

    @Override
    public void flush() throws IOException {
        NodeHandle node = attached();
        if (!node.isClosed() && !node.graph().inserted().holds(node)) {
            return; // without a medium there is nothing to keep
        }
        node = ready(Operation.FLUSH, -1);
        try {
            node.flush();
        } catch (IOException e) {
            throw node.located(e, Operation.FLUSH, -1);
        }
    }

    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
        NodeHandle node = ready(Operation.BLOCK_STATUS, offset);
        checkInside(node, offset, bytes);
        try {
            return node.node().blockStatus(offset, bytes, effort);
        } catch (IOException e) {
            throw node.located(e, Operation.BLOCK_STATUS, offset);
        }
    }

    @Override
    public Extent extent(long offset, long bytes) throws IOException {
        return extent(offset, bytes, Effort.FIND_ZEROES);
    }

    Extent extent(long offset, long bytes, Effort effort) throws IOException {
        NodeHandle node = ready(Operation.BLOCK_STATUS, offset);
        if (bytes < 1) {
            throw new IllegalArgumentException("extent of " + bytes + " bytes");
        }
        checkInside(node, offset, bytes);
        return ExtentResolver.resolve(node, offset, bytes, effort);
    }

    @Override
    public int depthOf(NodeName layer) {
        NodeHandle node = target;
        if (node == null) {
            return -1;
        }
        long now = node.graph().generation().current();
        Chain known = chain;
        if (known == null || !known.isOf(now)) {
            known = Chain.below(node, now);
            chain = known;
        }
        return known.depthOf(layer.value());
    }

    @Override
    public ImageInfo info() throws IOException {
        return ready(Operation.READ, -1).node().info();
    }

    @Override
    public ImageOperations operations() throws IOException {
        return ready(Operation.IMAGE_CHANGE, -1).node().operations();
    }

    @Override
    public void debugEvent(DebugEvent event) throws IOException {
        NodeHandle node = target;
        DebugListener listener = node == null ? null : node.debugListener();
        if (listener != null) {
            listener.debugEvent(event);
        }
    }

    @Override
    public CheckReport check(Consumer<CheckFinding> findings) throws IOException {
        NodeHandle node = ready(Operation.CHECK, -1);
        try {
            return node.node().check(findings);
        } catch (IOException e) {
            throw node.located(e, Operation.CHECK, -1);
        }
    }
}
