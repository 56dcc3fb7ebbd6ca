// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.draw;

import dev.varve.api.block.Extent;
import java.util.Map;
import java.util.TreeMap;

/**
 * A disk cut into cells of equal length, each given to the layer that owns the most of it. Takes the extents in their
 * order; what it needs does not grow with their number. Confined to one thread.
 */
public final class OwnerCells {
    /** The owner of what no layer holds. */
    static final int NOBODY = -1;

    private static final int MOST_CELLS = 1 << 15;
    private static final int WIDEST = 256;

    private final long size;
    private final long cellBytes;
    private final int[] owners;
    /** By depth; nobody's last. */
    private final long[] inCell;
    private final int[] touched;
    private int touchedCount;
    private int cell;

    /**
     * Cells of a disk.
     *
     * @param size its virtual size in bytes
     * @param layers how many layers it has
     * @param smallest the shortest length of a cell, such as the size of a cluster
     */
    public OwnerCells(long size, int layers, long smallest) {
        this.size = size;
        long bytes = smallest;
        while (size / bytes > MOST_CELLS || size / bytes == MOST_CELLS && size % bytes != 0) {
            bytes *= 2;
        }
        this.cellBytes = bytes;
        this.owners = new int[(int) (size / bytes + (size % bytes == 0 ? 0 : 1))];
        this.inCell = new long[layers + 1];
        this.touched = new int[layers + 1];
    }

    /**
     * Takes an extent.
     *
     * @param extent the one that follows the one before; the first begins at 0
     */
    public void add(Extent extent) {
        int nobody = inCell.length - 1;
        int owner = extent.allocated() ? Math.min(extent.depth(), nobody - 1) : nobody;
        for (long at = extent.offset(); at < extent.end();) {
            cell = (int) (at / cellBytes);
            long cellEnd = Math.min(size, (cell + 1) * cellBytes);
            long end = Math.min(extent.end(), cellEnd);
            if (inCell[owner] == 0) {
                touched[touchedCount++] = owner;
            }
            inCell[owner] += end - at;
            if (end == cellEnd) {
                finishCell();
            }
            at = end;
        }
    }

    private void finishCell() {
        int most = touched[0];
        for (int i = 0; i < touchedCount; i++) {
            most = inCell[touched[i]] > inCell[most] ? touched[i] : most;
        }
        for (int i = 0; i < touchedCount; i++) {
            inCell[touched[i]] = 0;
        }
        touchedCount = 0;
        owners[cell] = most == inCell.length - 1 ? NOBODY : most;
    }

    /** The bytes of a cell. */
    long cellBytes() {
        return cellBytes;
    }

    /** How many cells stand in a row: about four times as many as there are rows. */
    int columns() {
        int columns = 1;
        while (columns < WIDEST && (long) columns * columns < 4L * owners.length) {
            columns *= 2;
        }
        return columns;
    }

    /** How many rows there are. */
    int rows() {
        return Math.max(1, (owners.length + columns() - 1) / columns());
    }

    /** The outlines of each owner's cells, in units of cells, by depth. */
    Map<Integer, String> outlines() {
        Map<Integer, StringBuilder> outlines = new TreeMap<>();
        int columns = columns();
        for (int first = 0; first < owners.length;) {
            int end = first + 1;
            while (end < owners.length && end % columns != 0 && owners[end] == owners[first]) {
                end++;
            }
            int length = end - first;
            outlines.computeIfAbsent(owners[first], owner -> new StringBuilder()).append('M').append(first % columns)
                    .append(' ').append(first / columns).append('h').append(length).append("v1h-").append(length)
                    .append('z');
            first = end;
        }
        Map<Integer, String> paths = new TreeMap<>();
        outlines.forEach((owner, path) -> paths.put(owner, path.toString()));
        return paths;
    }
}
