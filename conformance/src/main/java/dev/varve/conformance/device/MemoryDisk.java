// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A protocol whose one disk lies in memory and stays when its nodes are closed. A request that an edge should not have
 * let through (behind the end, not aligned, empty) is an {@link IllegalStateException}. Subclasses look at requests.
 */
public class MemoryDisk implements BlockDriver {
    private final String name;
    private final SparseContent content;
    private final BlockLimits limits;
    private final AtomicInteger openNodes = new AtomicInteger();

    /**
     * A disk without wishes.
     *
     * @param name the value of {@code driver=} that opens it
     * @param content what it holds; kept and changed
     */
    public MemoryDisk(String name, SparseContent content) {
        this(name, content, BlockLimits.NONE);
    }

    /**
     * A disk.
     *
     * @param name the value of {@code driver=} that opens it
     * @param content what it holds; kept and changed
     * @param limits what its nodes ask of requests
     */
    public MemoryDisk(String name, SparseContent content, BlockLimits limits) {
        this.name = name;
        this.content = content;
        this.limits = limits;
    }

    /**
     * What the disk holds.
     *
     * @return not a copy
     */
    public final SparseContent content() {
        return content;
    }

    /**
     * The definition of a node that opens the disk.
     *
     * @return a definition without a node-name
     */
    public final NodeDefinition definition() {
        return new NodeDefinition(Map.of("driver", name));
    }

    /**
     * How many nodes have the disk open.
     *
     * @return 0 when every node was closed
     */
    public final int openNodes() {
        return openNodes.get();
    }

    /**
     * Called for each request before it is carried out.
     *
     * @param request what is asked for
     * @param data the bytes of a WRITE, which may be consumed; empty for others
     * @throws IOException to refuse the request with nothing changed
     */
    protected void arrived(DiskRequest request, ByteBuffer data) throws IOException {
        // A plain disk does what it is asked.
    }

    /**
     * The unit that writes are stored compressed in.
     *
     * @return bytes; 0 where the disk does not compress, which it only pretends to
     */
    protected int compressedUnit() {
        return 0;
    }

    /**
     * Tells whether there is a medium.
     *
     * @return true unless a subclass knows better
     */
    protected boolean isInserted() {
        return true;
    }

    /**
     * Called when a node was opened.
     *
     * @param context what it was opened with
     */
    protected void opened(OpenContext context) {
        // A plain disk keeps nothing.
    }

    final BlockLimits limits() {
        return limits;
    }

    final void closed() {
        openNodes.decrementAndGet();
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final NodeKind kind() {
        return NodeKind.PROTOCOL;
    }

    @Override
    public final OptionSchema options() {
        return OptionSchema.of("driver '" + name + "'");
    }

    @Override
    public final OptionSchema createOptions() {
        return options();
    }

    @Override
    public final ProbeScore probe(ProbeHead head) {
        return ProbeScore.NONE;
    }

    @Override
    public final BlockNode open(OpenContext context) {
        openNodes.incrementAndGet();
        opened(context);
        return new MemoryDiskNode(this, context.settings().readOnly());
    }
}
