// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import dev.varve.api.spi.DebugEvent;
import dev.varve.drivers.qcow2.layout.ClusterKind;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Hex;
import dev.varve.drivers.qcow2.layout.L1Entry;
import dev.varve.drivers.qcow2.layout.L2Bitmap;
import dev.varve.drivers.qcow2.layout.L2Entry;
import dev.varve.drivers.qcow2.layout.Tables;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Looks guest offsets up. A lookup whose slice is in memory takes no lock and allocates nothing: it works on the words
 * of {@link L2Entry}. An entry that changes meanwhile is seen as it was before or as it is after.
 *
 * <p>The unit of a lookup is what the tables describe: a cluster, or with extended L2 entries a subcluster, which is
 * told as if it were a small cluster ({@link L2Bitmap#unit}). Changes are made to whole entries ({@link #entryBits}).
 */
public final class ClusterMap {
    /** Compares entries but for {@link L2Entry#COPIED}, which does not matter to a reader. */
    public static final long FOR_READ = ~L2Entry.COPIED;
    /** Compares entries whole. */
    public static final long FOR_WRITE = -1L;

    private final Geometry geometry;
    private final HostFile file;
    private final L1Table l1;
    private final int sliceEntryBits;
    private final int cacheSlices;
    private final long refusedBits;
    /** Entries are told as the file has them. */
    private final boolean plain;
    /** Null until a slice is needed: a layer that is never asked, or has no tables, goes without. */
    private volatile @Nullable L2SliceCache cache;

    /**
     * A map with a cache of its own.
     *
     * @param file the image's file
     * @param geometry its geometry
     * @param l1 its active L1 table
     * @param sliceBytes bytes of an L2 slice, a power of two, at most the cluster size
     * @param cacheBytes the most bytes of slices to keep
     */
    public ClusterMap(HostFile file, Geometry geometry, L1Table l1, int sliceBytes, long cacheBytes) {
        this.geometry = geometry;
        this.file = file;
        this.l1 = l1;
        this.sliceEntryBits = Integer.numberOfTrailingZeros(sliceBytes / geometry.l2EntryBytes());
        this.plain = !geometry.extendedL2() && !geometry.dataFile();
        this.refusedBits = L2Entry.refusedBits(geometry);
        this.cacheSlices = (int) Math.min(Integer.MAX_VALUE / 4, cacheBytes / sliceBytes);
    }

    /** The cache of slices. */
    public L2SliceCache cache() {
        L2SliceCache known = cache;
        return known != null ? known : createCache();
    }

    private synchronized L2SliceCache createCache() {
        L2SliceCache known = cache;
        if (known == null) {
            known = new L2SliceCache(this::readSlice, sliceBytes() / Long.BYTES, cacheSlices);
            cache = known;
        }
        return known;
    }

    /**
     * Another L1 table takes the place of the present one. Nothing may be dirty, and no request under way.
     *
     * @param tables where it is
     */
    public synchronized void forget(Tables tables) {
        l1.moveTo(tables.l1Offset(), tables.l1Entries());
        cache = null;
    }

    private @Nullable L2Slice find(long slice) {
        L2SliceCache known = cache;
        return known == null ? null : known.find(slice);
    }

    private @Nullable L2Slice peek(long slice) {
        L2SliceCache known = cache;
        return known == null ? null : known.peek(slice);
    }

    /** The active L1 table. */
    public L1Table l1() {
        return l1;
    }

    /** The slice that maps a guest offset. */
    public long sliceOf(long guestOffset) {
        return guestOffset >>> geometry.clusterBits() + sliceEntryBits;
    }

    /** The end of what the slice of a guest offset maps. */
    public long endOfSlice(long guestOffset) {
        return sliceOf(guestOffset) + 1 << geometry.clusterBits() + sliceEntryBits;
    }

    /** The index of a guest offset in its slice. */
    public int indexInSlice(long guestOffset) {
        return (int) geometry.clusterOf(guestOffset) & (1 << sliceEntryBits) - 1;
    }

    /** Where a slice lies in its L2 table, in bytes. */
    public long offsetInTable(long slice) {
        long firstEntry = (slice << sliceEntryBits) & geometry.l2Entries() - 1;
        return firstEntry * geometry.l2EntryBytes();
    }

    /** The L1 entry that a slice belongs to. */
    public long l1IndexOf(long slice) {
        return slice >>> geometry.l2Bits() - sliceEntryBits;
    }

    /** The checked word of the unit at a guest offset; 0 where there is none. */
    public long bits(long guestOffset) throws IOException {
        return bits(guestOffset, false);
    }

    /** As {@link #bits}, for somebody who wants to write there. */
    public long bitsForWrite(long guestOffset) throws IOException {
        return bits(guestOffset, true);
    }

    private long bits(long guestOffset, boolean write) throws IOException {
        L2Slice slice = slice(guestOffset);
        if (slice == null) {
            return 0;
        }
        int index = indexInSlice(guestOffset);
        if (plain) {
            return checked(slice.bits(index), guestOffset, write);
        }
        long bits = unit(slice, index, guestOffset);
        if (!geometry.extendedL2()) {
            return checked(bits & ~L2Entry.AT_ZERO, guestOffset, write) | bits & L2Entry.AT_ZERO;
        }
        return bits == L2Bitmap.INVALID ? checkedUnit(slice.bits(2 * index), slice.bits(2 * index + 1), guestOffset)
                : (bits & L2Entry.COMPRESSED) == 0 ? bits : checked(bits);
    }

    long checked(long bits, long guestOffset, boolean write) throws IOException {
        if ((bits & refusedBits) != 0 && (bits & L2Entry.COMPRESSED) == 0) {
            refuse(bits, guestOffset, write);
        }
        return checked(bits);
    }

    /** As {@link #entryBits}, unchecked. */
    public long rawBits(long guestOffset) throws IOException {
        L2Slice slice = slice(guestOffset);
        int index = indexInSlice(guestOffset);
        return slice == null ? 0
                : L2Entry.inMemory(slice.bits(geometry.extendedL2() ? 2 * index : index), geometry);
    }

    private @Nullable L2Slice slice(long guestOffset) throws IOException {
        long number = sliceOf(guestOffset);
        L2Slice slice = find(number);
        return slice != null ? slice : tableOf(number) == 0 ? null : cache().load(number);
    }

    /** A unit, unchecked; what contradicts itself equals nothing valid. */
    private long unit(L2Slice slice, int index, long guestOffset) {
        return geometry.extendedL2() ? slice.unit(index, geometry.subclusterOf(guestOffset), geometry)
                : L2Entry.inMemory(slice.bits(index), geometry);
    }

    /** A unit from both halves of its entry, or the exception that says what is wrong with them. */
    private long checkedUnit(long bits, long bitmap, long guestOffset) throws IOException {
        long entry = L2Entry.inMemory(checked(bits), geometry);
        L2Bitmap.check(entry, bitmap);
        return L2Bitmap.unit(bits, bitmap, geometry.subclusterOf(guestOffset), geometry);
    }

    private void refuse(long bits, long guestOffset, boolean write) throws IOException {
        long table = tableOf(sliceOf(guestOffset));
        String place = " (L2 offset: " + Hex.alternate(table) + ", L2 index: "
                + Hex.alternate(geometry.l2Index(guestOffset)) + ")";
        if (geometry.version() < 3 && (bits & L2Entry.ZERO) != 0) {
            throw file.corruption().fatal("Zero cluster entry found in pre-v3 image" + place);
        }
        boolean misaligned = (bits & L2Entry.OFFSET_MASK & geometry.clusterSize() - 1) != 0;
        if (misaligned && write) {
            throw file.corruption().fatal(((bits & L2Entry.ZERO) != 0 ? "Preallocated zero" : "Data")
                    + " cluster offset " + Hex.alternate(bits & L2Entry.OFFSET_MASK) + " unaligned (guest offset: "
                    + Hex.alternate(guestOffset) + ")");
        }
        if (misaligned) {
            throw file.corruption().fatal("Cluster allocation offset " + Hex.alternate(bits & L2Entry.OFFSET_MASK)
                    + " unaligned" + place);
        }
    }

    /** An entry's word, or the exception that says what is wrong with it. */
    long checked(long bits) throws IOException {
        return (bits & refusedBits) == 0 && (bits & L2Entry.COMPRESSED) == 0 ? bits
                : L2Entry.parse(bits, geometry).bits();
    }

    /**
     * The checked first half of the entry for a guest offset; 0 where there is none. Under the metadata lock.
     *
     * @param guestOffset inside the cluster
     * @return as {@link L2Entry#inMemory}: with extended L2 entries NORMAL wherever there is a host cluster
     */
    public long entryBits(long guestOffset) throws IOException {
        L2Slice slice = slice(guestOffset);
        if (slice == null) {
            return 0;
        }
        int index = indexInSlice(guestOffset);
        long bits = L2Entry.inMemory(checked(slice.bits(geometry.extendedL2() ? 2 * index : index)), geometry);
        if (geometry.extendedL2()) {
            L2Bitmap.check(bits, slice.bits(2 * index + 1));
        }
        return bits;
    }

    /** The other half of the entry for a guest offset; 0 where there is none. Under the metadata lock. */
    public L2Bitmap bitmap(long guestOffset) throws IOException {
        L2Slice slice = geometry.extendedL2() ? slice(guestOffset) : null;
        return new L2Bitmap(slice == null ? 0 : slice.bits(2 * indexInSlice(guestOffset) + 1));
    }

    /**
     * How far the mapping goes on as it begins: host clusters that follow each other, zeroes, or nothing. It stops
     * where going on would take I/O for an L2 table.
     *
     * @param guestOffset where to begin
     * @param bits what {@link #bits} said there
     * @param most the longest run wanted in bytes, at least 1
     * @param compared the bits of the entries that matter: {@link #FOR_READ} or {@link #FOR_WRITE}
     * @return bytes from {@code guestOffset}, at least 1, at most {@code most}
     */
    public long run(long guestOffset, long bits, long most, long compared) throws IOException {
        ClusterKind kind = L2Entry.kindOf(bits);
        if (kind == ClusterKind.COMPRESSED) {
            return Math.min(most, geometry.clusterSize() - geometry.offsetInCluster(guestOffset));
        }
        long step = kind.hasHostCluster() ? geometry.unitSize() : 0;
        long end = guestOffset + most;
        long at = guestOffset - geometry.offsetInUnit(guestOffset) + geometry.unitSize();
        long expected = bits & ~L2Entry.AT_ZERO;
        long number = sliceOf(guestOffset);
        L2Slice slice = find(number);
        while (at < end) {
            if (slice == null || sliceOf(at) != number) {
                number = sliceOf(at);
                slice = find(number);
                if (slice == null) {
                    long hole = kind == ClusterKind.UNALLOCATED ? hole(at, end) : 0;
                    if (hole == 0) {
                        break;
                    }
                    at += hole;
                    continue;
                }
            }
            int units = sameUnits(slice, at, expected + step, compared);
            if (units == 0) {
                break;
            }
            expected += units * step;
            at += (long) units << geometry.unitBits();
        }
        return Math.min(at, end) - guestOffset;
    }

    /** How many units from one on are as expected: 0, 1, or a whole cluster of them. */
    private int sameUnits(L2Slice slice, long at, long expected, long compared) {
        int index = indexInSlice(at);
        if (geometry.extendedL2() && geometry.offsetInCluster(at) == 0) {
            long all = slice.uniformUnit(index, geometry);
            if (all != L2Bitmap.INVALID) {
                return ((all ^ expected) & compared) == 0 ? L2Bitmap.SUBCLUSTERS : 0;
            }
        }
        long found = plain ? slice.bits(index) : unit(slice, index, at);
        return ((found ^ expected) & compared) == 0 ? 1 : 0;
    }

    /**
     * How far no L2 table exists. Looks into the L1 table alone.
     *
     * @param guestOffset where to begin
     * @param end the end of what matters
     * @return bytes from {@code guestOffset}, perhaps beyond {@code end}; 0 where there is a table
     */
    public long hole(long guestOffset, long end) throws IOException {
        long first = geometry.l1Index(guestOffset);
        long last = geometry.l1Index(end - 1);
        long unused = l1.unusedRun(first, last - first + 1);
        return unused == 0 ? 0 : (first + unused) * geometry.l2Coverage() - guestOffset;
    }

    /**
     * Copies the words of entries, both of extended ones, unchecked: of one slice that is in memory, or of slices of
     * one L2 table that are not, which are read without being kept. What is copied may end anywhere behind the
     * first entry.
     *
     * @param guestOffset what the first entry maps; its L2 table exists
     * @param end the end of what matters
     * @param words receives them
     */
    void copyEntries(long guestOffset, long end, ByteBuffer words) throws IOException {
        long first = geometry.clusterOf(guestOffset);
        long entries = Math.min(geometry.clusterOf(end - 1) - first + 1, words.remaining() / geometry.l2EntryBytes());
        int index = indexInSlice(guestOffset);
        L2Slice slice = peek(sliceOf(guestOffset));
        if (slice != null) {
            int wordsPerEntry = geometry.l2EntryBytes() / Long.BYTES;
            int behind = (int) Math.min(slice.length(), (index + entries) * wordsPerEntry);
            index *= wordsPerEntry;
            while (index < behind) {
                words.putLong(slice.bits(index++));
            }
            return;
        }
        long last = sliceOf(guestOffset);
        long table = tableOf(last);
        file.checkTable("L2 table", table + offsetInTable(last), sliceBytes());
        long lastWanted = first + entries - 1 >>> sliceEntryBits;
        while (last < lastWanted && l1IndexOf(last + 1) == l1IndexOf(last) && peek(last + 1) == null
                && file.holds(table + offsetInTable(last + 1), sliceBytes())) {
            last++;
        }
        readEntries(table, first, Math.min(entries, (last + 1 << sliceEntryBits) - first), words);
    }

    private void readEntries(long table, long first, long entries, ByteBuffer words) throws IOException {
        long offset = table + (first & geometry.l2Entries() - 1) * geometry.l2EntryBytes();
        long inFirstSlice = (1L << sliceEntryBits) - (first & (1L << sliceEntryBits) - 1);
        try {
            file.readTable("L2 table", offset, words.limit((int) entries * geometry.l2EntryBytes()));
        } catch (IOException e) {
            if (entries <= inFirstSlice) {
                throw e;
            }
            // What can be read is wanted all the same.
            file.readTable("L2 table", offset, words.clear().limit((int) inFirstSlice
                    * geometry.l2EntryBytes()));
        }
    }

    private int sliceBytes() {
        return geometry.l2EntryBytes() << sliceEntryBits;
    }

    /** The host offset for a guest offset whose entry has a host cluster. */
    public long hostOffset(long bits, long guestOffset) {
        return (bits & L2Entry.OFFSET_MASK) + geometry.offsetInUnit(guestOffset);
    }

    /** Where the L2 table of a slice begins; 0 where there is none. */
    private long tableOf(long slice) throws IOException {
        long index = l1IndexOf(slice);
        return index >= l1.entries() ? 0 : l1.bits(index) & L1Entry.OFFSET_MASK;
    }

    private @Nullable ByteBuffer readSlice(long slice) throws IOException {
        long table = tableOf(slice);
        if (table == 0) {
            return null;
        }
        file.event(DebugEvent.L2_LOAD);
        ByteBuffer bytes = ByteBuffer.allocate(sliceBytes());
        file.readTable("L2 table", table + offsetInTable(slice), bytes);
        return bytes.flip();
    }
}
