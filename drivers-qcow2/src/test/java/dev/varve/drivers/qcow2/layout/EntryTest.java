// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryTest {
    private static final Geometry V3 = new Geometry(3, 16, 4);
    private static final Geometry V2 = new Geometry(2, 16, 4);

    @Test
    void masks_ofL1Entry_areDisjointAndCoverTheWord() {
        assertEquals(0, L1Entry.OFFSET_MASK & L1Entry.COPIED);
        assertEquals(0, L1Entry.RESERVED_MASK & (L1Entry.COPIED | L1Entry.OFFSET_MASK));
        assertEquals(-1L, L1Entry.OFFSET_MASK | L1Entry.COPIED | L1Entry.RESERVED_MASK);
    }

    @Test
    void masks_ofL2Entry_areDisjointAndCoverTheWord() {
        long[] parts = {L2Entry.ZERO, L2Entry.OFFSET_MASK, L2Entry.COMPRESSED, L2Entry.COPIED, L2Entry.RESERVED_MASK};
        long seen = 0;
        for (long part : parts) {
            assertEquals(0, seen & part, () -> Hex.of(part));
            seen |= part;
        }
        assertEquals(-1L, seen);
        assertEquals(-1L, L2Entry.DESCRIPTOR_MASK | L2Entry.COMPRESSED | L2Entry.COPIED);
    }

    @Test
    void masks_ofRefcountTableEntry_areDisjointAndCoverTheWord() {
        assertEquals(0, RefcountTableEntry.OFFSET_MASK & RefcountTableEntry.RESERVED_MASK);
        assertEquals(-1L, RefcountTableEntry.OFFSET_MASK | RefcountTableEntry.RESERVED_MASK);
    }

    @Test
    void parse_anyWord_keepsItOrNamesReservedBits() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            long bits = random.nextLong() & random.nextLong() & (random.nextBoolean() ? ~L2Entry.RESERVED_MASK : -1);
            boolean legal = (bits & L2Entry.COMPRESSED) != 0 ? bits >= 0
                    : (bits & L2Entry.refusedBits(V3)) == 0;
            try {
                assertEquals(bits, L2Entry.parse(bits, V3).bits());
                assertTrue(legal, () -> "seed " + seed + ": " + Hex.of(bits));
            } catch (BlockException e) {
                assertTrue(!legal, () -> "seed " + seed + ": " + Hex.of(bits) + ": " + e.getMessage());
                assertTrue(e.getMessage().contains("0x"), e.getMessage());
            }
        }
    }

    @Test
    void parse_reservedBits_namesTheirValue() {
        BlockException e = assertThrows(BlockException.class, () -> L1Entry.parse(0x2_0000 | 0x40, V3));
        assertTrue(e.getMessage().contains("0x20040") && e.getMessage().contains("0x40"), e.getMessage());
        assertThrows(BlockException.class, () -> L1Entry.parse(0x2_0200, V3));
        assertThrows(BlockException.class, () -> RefcountTableEntry.parse(0x2_0001, V3));
        assertThrows(BlockException.class, () -> RefcountTableEntry.parse(1L << 56, V3));
    }

    @Test
    void parse_zeroClusterInVersion2_isCorrupt() throws BlockException {
        assertEquals(ClusterKind.ZERO_PLAIN, L2Entry.parse(1, V3).kind());
        assertThrows(BlockException.class, () -> L2Entry.parse(1, V2));
    }

    @Test
    void kind_ofEachSortOfEntry_isTold() {
        assertEquals(ClusterKind.UNALLOCATED, L2Entry.kindOf(0));
        assertEquals(ClusterKind.ZERO_PLAIN, L2Entry.kindOf(1));
        assertEquals(ClusterKind.ZERO_ALLOCATED, L2Entry.kindOf(0x1_0001));
        assertEquals(ClusterKind.NORMAL, L2Entry.kindOf(0x1_0000 | L2Entry.COPIED));
        assertEquals(ClusterKind.COMPRESSED, L2Entry.kindOf(L2Entry.COMPRESSED | 5));
    }

    @Test
    void compressedDescriptor_anyClusterSize_splitsAsTheSpecificationSays() {
        for (int bits = Geometry.MIN_CLUSTER_BITS; bits <= Geometry.MAX_CLUSTER_BITS; bits++) {
            Geometry geometry = new Geometry(3, bits, 4);
            int x = 62 - (bits - 8);
            long offset = 0x1_2345_6789L;
            L2Entry entry = new L2Entry(L2Entry.COMPRESSED | 1L << x | offset);
            assertEquals(offset, entry.compressedOffset(geometry));
            assertEquals(2 * 512 - (offset & 511), entry.compressedBytes(geometry));
        }
    }
}
