// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.Extent;
import dev.varve.api.block.NodeName;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnerCellsTest {
    private static Extent extent(long offset, long bytes, int depth) {
        return new Extent(offset, bytes, Extent.Content.ZERO, depth >= 0, Math.max(0, depth), new NodeName("n"),
                Optional.empty());
    }

    @Test
    void smallDisk_hasACellForEachCluster() {
        OwnerCells cells = new OwnerCells(4 * 512 + 1, 3, 512);
        cells.add(extent(0, 512, 0));
        cells.add(extent(512, 1024, 2));
        cells.add(extent(1536, 513, -1));
        assertEquals(8, cells.columns());
        assertEquals(1, cells.rows());
        assertEquals(Map.of(0, "M0 0h1v1h-1z", 2, "M1 0h2v1h-2z", OwnerCells.NOBODY, "M3 0h2v1h-2z"),
                cells.outlines());
    }

    @Test
    void cellOfSeveralOwners_goesToTheOneWithTheMost() {
        OwnerCells cells = new OwnerCells(1024, 3, 512);
        cells.add(extent(0, 200, 0));
        cells.add(extent(200, 100, 1));
        cells.add(extent(300, 150, 2));
        cells.add(extent(450, 62, 1));
        cells.add(extent(512, 250, 0));
        cells.add(extent(762, 262, 1));
        assertEquals(Map.of(0, "M0 0h1v1h-1z", 1, "M1 0h1v1h-1z"), cells.outlines());
    }

    @Test
    void largeDisk_hasNoMoreThan32768Cells() {
        for (long size : new long[] {1L << 31, (1L << 31) + 1, (1L << 40) + 512, Long.MAX_VALUE}) {
            OwnerCells cells = new OwnerCells(size, 2, 65536);
            assertTrue((long) cells.columns() * cells.rows() <= 32768, () -> size + ": " + cells.rows());
            assertTrue(size / cells.cellBytes() > 8192, () -> size + ": " + cells.cellBytes());
        }
    }

    @Test
    void runs_areBrokenAtTheEndOfARow() {
        OwnerCells cells = new OwnerCells(16 * 512, 1, 512);
        cells.add(extent(0, 16 * 512, 0));
        assertEquals(8, cells.columns());
        assertEquals(Map.of(0, "M0 0h8v1h-8zM0 1h8v1h-8z"), cells.outlines());
    }
}
