// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.quorum;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Extent;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.SupportedFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Changes reach every child; a read is what enough children agree on. Discards reach none: what a discarded range reads
 * as is each child's own choice, and they must go on to agree.
 */
final class QuorumNode extends ImageNode {
    /*
     * Changes share `changeLock`. A read takes no lock, so it can meet a change that has reached some children only.
     * Where children differ, it reads again with the lock held alone: what differs then differs on the disk. Rewriting
     * keeps the lock, so it cannot undo a change.
     */
    private static final int LONGEST = 32 << 20;
    private static final BlockLimits LIMITS = new BlockLimits(1, 1, LONGEST, 1, Long.MAX_VALUE, 1, Long.MAX_VALUE);
    private static final SupportedFlags FLAGS = new SupportedFlags(RequestFlags.WRITE_UNCHANGED,
            RequestFlags.WRITE_UNCHANGED.with(RequestFlags.MAY_UNMAP));

    private final List<BlockChild> children;
    private final QuorumRules rules;
    private final BadVotes reports;
    private final ReentrantReadWriteLock changeLock = new ReentrantReadWriteLock();

    QuorumNode(List<BlockChild> children, QuorumRules rules, BadVotes reports) {
        this.children = List.copyOf(children);
        this.rules = rules;
        this.reports = reports;
    }

    /** A request to one child. */
    @FunctionalInterface
    private interface Request {
        void run(BlockChild child) throws IOException;
    }

    /** What a request is, for reports. */
    private record Place(String operation, long offset, long bytes) {}

    @Override
    public BlockLimits limits() {
        return LIMITS;
    }

    @Override
    public SupportedFlags supportedFlags() {
        return FLAGS;
    }

    @Override
    public long size() throws IOException {
        long size = children.get(0).size();
        for (int i = 1; i < children.size(); i++) {
            if (children.get(i).size() != size) {
                throw new BlockException(ErrorKind.IO, "the children differ in size: child 0 has " + size
                        + " bytes, child " + i + " has " + children.get(i).size());
            }
        }
        return size;
    }

    @Override
    public ImageInfo info() throws IOException {
        return ImageInfo.plain("", size());
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        Place place = new Place(BadVotes.READ, offset, dst.remaining());
        if (rules.fifo()) {
            readFirst(place, dst);
            return;
        }
        Ballot ballot = poll(place, dst);
        if (ballot.isUnanimous()) {
            show(settled(place, ballot), dst);
            return;
        }
        changeLock.writeLock().lock();
        try {
            Ballot second = poll(place, dst);
            ByteBuffer winner = settled(place, second);
            if (rules.rewrite()) {
                rewriteLosers(offset, second, winner);
            }
            show(winner, dst);
        } finally {
            changeLock.writeLock().unlock();
        }
    }

    private static void show(ByteBuffer winner, ByteBuffer dst) {
        dst.put(dst.position(), winner, 0, dst.remaining()).position(dst.limit());
    }

    /** The first child that answers; each that fails is reported. */
    private void readFirst(Place place, ByteBuffer dst) throws IOException {
        int start = dst.position();
        int end = dst.limit();
        IOException last = null;
        for (BlockChild child : children) {
            try {
                child.read(place.offset, dst.limit(end).position(start), RequestFlags.NONE);
                return;
            } catch (IOException e) {
                reports.bad(place.operation, child, place.offset, place.bytes, e);
                last = e;
            }
        }
        throw last == null ? new IOException("no child") : last;
    }

    /** Reads all children, the first into the caller's buffer and each other into one of its own. */
    private Ballot poll(Place place, ByteBuffer dst) {
        Ballot ballot = new Ballot();
        for (int i = 0; i < children.size(); i++) {
            ByteBuffer content = i == 0 ? dst.slice() : ByteBuffer.allocateDirect(dst.remaining());
            try {
                children.get(i).read(place.offset, content, RequestFlags.NONE);
                ballot.read(i, content.flip());
            } catch (IOException e) {
                ballot.failed(i, e);
            }
        }
        return ballot;
    }

    /** What won (QEMU's {@code quorum_vote}); who failed or was outvoted is reported. */
    private ByteBuffer settled(Place place, Ballot ballot) throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (Ballot.Vote vote : ballot.failures()) {
            IOException failure = vote.failure();
            if (failure != null) {
                failures.add(failure);
                reports.bad(place.operation, children.get(vote.child()), place.offset, place.bytes, failure);
            }
        }
        if (ballot.successes() < rules.threshold()) {
            reports.noQuorum(place.offset, place.bytes);
            throw tooFew(failures);
        }
        List<List<Ballot.Vote>> versions = ballot.versions();
        ByteBuffer winner = content(versions.get(0).get(0));
        if (rules.verify() && versions.size() > 1) {
            throw new BlockException(ErrorKind.MISMATCH, "quorum: offset=" + place.offset + " bytes=" + place.bytes
                    + " contents mismatch at offset "
                    + (place.offset + winner.mismatch(content(versions.get(1).get(0)))));
        }
        if (versions.get(0).size() < rules.threshold()) {
            reports.noQuorum(place.offset, place.bytes);
            throw new BlockException(ErrorKind.IO, "at most " + versions.get(0).size() + " of " + children.size()
                    + " children agree, needed are " + rules.threshold());
        }
        for (List<Ballot.Vote> version : versions.subList(1, versions.size())) {
            for (Ballot.Vote vote : version) {
                reports.bad(place.operation, children.get(vote.child()), place.offset, place.bytes, null);
            }
        }
        return winner;
    }

    private static ByteBuffer content(Ballot.Vote vote) {
        ByteBuffer content = vote.content();
        if (content == null) {
            throw new IllegalStateException("child " + vote.child() + " has answered nothing");
        }
        return content;
    }

    /** A correction that fails leaves the child as wrong as it was; the next read finds that again. */
    private void rewriteLosers(long offset, Ballot ballot, ByteBuffer winner) {
        for (List<Ballot.Vote> version : ballot.versions().subList(1, ballot.versions().size())) {
            for (Ballot.Vote vote : version) {
                try {
                    children.get(vote.child()).write(offset, winner.duplicate(), RequestFlags.NONE);
                } catch (IOException e) {
                    reports.bad(BadVotes.WRITE, children.get(vote.child()), offset, winner.remaining(), e);
                }
            }
        }
    }

    @Override
    public void write(long offset, ByteBuffer src, RequestFlags flags) throws IOException {
        change(new Place(BadVotes.WRITE, offset, src.remaining()),
                child -> child.write(offset, src.duplicate(), flags));
        src.position(src.limit());
    }

    @Override
    public void writeZeroes(long offset, long bytes, RequestFlags flags) throws IOException {
        RequestFlags fallback = flags.without(RequestFlags.NO_FALLBACK);
        if (flags.has(RequestFlags.NO_FALLBACK)) {
            // A child without a better way would differ from those that have one.
            throw BlockException.unsupported("a quorum cannot tell beforehand whether every child writes zeroes");
        }
        change(new Place(BadVotes.WRITE, offset, bytes), child -> child.writeZeroes(offset, bytes, fallback));
    }

    @Override
    public void flush() throws IOException {
        all(new Place(BadVotes.FLUSH, 0, children.get(0).size()), BlockChild::flush);
    }

    private void change(Place place, Request request) throws IOException {
        changeLock.readLock().lock();
        try {
            all(place, request);
        } finally {
            changeLock.readLock().unlock();
        }
    }

    private void all(Place place, Request request) throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (BlockChild child : children) {
            try {
                request.run(child);
            } catch (IOException e) {
                failures.add(e);
                reports.bad(place.operation, child, place.offset, place.bytes, e);
            }
        }
        if (children.size() - failures.size() < rules.threshold()) {
            reports.noQuorum(place.offset, place.bytes);
            throw tooFew(failures);
        }
    }

    /** The failure that the most children met, with the others beside it. */
    private static IOException tooFew(List<IOException> failures) {
        IOException most = failures.get(0);
        long count = 0;
        for (IOException failure : failures) {
            long same = failures.stream().filter(other -> kind(other) == kind(failure)).count();
            if (same > count) {
                most = failure;
                count = same;
            }
        }
        return most;
    }

    private static ErrorKind kind(IOException failure) {
        return failure instanceof BlockException known ? known.kind() : ErrorKind.IO;
    }

    /** Zeroes where all children say so, as far as the first goes; else data as far as any has it. */
    @Override
    public BlockStatus blockStatus(long offset, long bytes, Effort effort) throws IOException {
        long zeroes = bytes;
        long data = 0;
        for (BlockChild child : children) {
            try {
                Extent extent = child.extent(offset, bytes);
                if (extent.readsAsZeroes()) {
                    zeroes = Math.min(zeroes, extent.bytes());
                } else {
                    data = Math.max(data, extent.bytes());
                }
            } catch (IOException e) {
                reports.bad(BadVotes.READ, child, offset, bytes, e);
                data = bytes;
            }
        }
        return data > 0 ? new BlockStatus.Data(data, Optional.empty(), false)
                : new BlockStatus.Zero(zeroes, Optional.empty());
    }

    @Override
    public void close() {
        // The edges belong to the runtime.
    }
}
