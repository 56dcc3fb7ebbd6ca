// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import dev.varve.api.block.ChildRole;
import dev.varve.api.block.Operation;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.FilterNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.SpiLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A filter that remembers the requests that passed it. Its child is the option {@code file}. */
public final class RecordingFilter implements BlockDriver {
    private final String name;
    private final List<DiskRequest> requests = new CopyOnWriteArrayList<>();

    /**
     * A filter.
     *
     * @param name the value of {@code driver=} that opens it
     */
    public RecordingFilter(String name) {
        this.name = name;
    }

    /**
     * The definition of a node above a child.
     *
     * @param child the child's definition or node-name
     * @return a definition without a node-name
     */
    public NodeDefinition above(Object child) {
        return new NodeDefinition(Map.of("driver", name, "file", child));
    }

    /**
     * The requests so far.
     *
     * @return a snapshot, in the order of their arrival
     */
    public List<DiskRequest> requests() {
        return List.copyOf(requests);
    }

    /**
     * The requests of one kind so far.
     *
     * @param operation the kind
     * @return a snapshot, in the order of their arrival
     */
    public List<DiskRequest> requests(Operation operation) {
        return requests.stream().filter(request -> request.operation() == operation).toList();
    }

    /** Forgets the requests so far. */
    public void forget() {
        requests.clear();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public NodeKind kind() {
        return NodeKind.FILTER;
    }

    @Override
    public OptionSchema options() {
        return OptionSchema.of("driver '" + name + "'",
                OptionSpec.required("file", OptionType.CHILD, "the node whose requests are remembered"));
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        return new Node(context.attach("file", Set.of(ChildRole.FILTERED, ChildRole.PRIMARY)));
    }

    private final class Node extends FilterNode {
        Node(BlockChild filtered) {
            super(filtered, SpiLevel.V1_1);
        }

        private void record(Operation operation, long offset, long bytes, RequestFlags flags) {
            requests.add(new DiskRequest(operation, offset, bytes, flags));
        }

        @Override
        public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
            record(Operation.READ, offset, dst.remaining(), flags);
            super.read(offset, dst, flags);
        }

        @Override
        public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
            record(Operation.WRITE, offset, src.remaining(), flags);
            super.write(offset, src, flags);
        }

        @Override
        public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
            record(Operation.WRITE_ZEROES, offset, bytes, flags);
            super.writeZeroes(offset, bytes, flags);
        }

        @Override
        public void discard(long offset, long bytes) throws IOException {
            record(Operation.DISCARD, offset, bytes, RequestFlags.NONE);
            super.discard(offset, bytes);
        }

        @Override
        public void truncate(long size, Preallocation mode, RequestFlags flags) throws IOException {
            record(Operation.TRUNCATE, 0, size, flags);
            super.truncate(size, mode, flags);
        }

        @Override
        public void flush() throws IOException {
            record(Operation.FLUSH, 0, 0, RequestFlags.NONE);
            super.flush();
        }

        @Override
        public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
            record(Operation.BLOCK_STATUS, offset, bytes, RequestFlags.NONE);
            return super.blockStatus(offset, bytes, effort);
        }
    }
}
