// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How often each cluster is referred to. Kept in pages that exist once one of their clusters is counted and that widen
 * from one to eight bytes a cluster as their counts need, so that a file costs little more than a byte for each
 * cluster in use and nothing for holes.
 */
final class ReferenceCounts {
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class,
            ByteOrder.nativeOrder());
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class,
            ByteOrder.nativeOrder());
    private static final int MIN_PAGE_BITS = 6;
    private static final int MAX_DIRECTORY_BITS = 20;
    private static final int OBJECT_BYTES = 16;

    private final MemoryBudget budget;
    private long capacity;
    private final long maximum;
    private final int pageBits;
    private final int pageMask;
    private byte[] @Nullable [] pages;

    /**
     * No references yet.
     *
     * @param capacity how many clusters can be counted, at most 2^31
     * @param maximum the highest count
     * @param budget where the memory comes from
     */
    ReferenceCounts(long capacity, long maximum, MemoryBudget budget) throws CheckStopped {
        this.budget = budget;
        this.capacity = capacity;
        this.maximum = maximum;
        int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, capacity - 1));
        this.pageBits = Math.max(MIN_PAGE_BITS, bits - MAX_DIRECTORY_BITS);
        this.pageMask = (1 << pageBits) - 1;
        int directory = (int) ((capacity + (1L << pageBits) - 1) >>> pageBits);
        budget.take(4L * directory);
        this.pages = new byte[directory][];
    }

    /** How many clusters can be counted. */
    long capacity() {
        return capacity;
    }

    /** Makes room for more clusters, none of them counted yet. */
    void grow(long clusters) throws CheckStopped {
        int directory = (int) Math.min(Integer.MAX_VALUE, (clusters + pageMask) >>> pageBits);
        if (directory > pages.length) {
            budget.take(4L * directory);
            pages = Arrays.copyOf(pages, directory);
        }
        capacity = Math.max(capacity, clusters);
    }

    /** The clusters of a page, a power of two. */
    int pageClusters() {
        return pageMask + 1;
    }

    /** Tells whether no cluster of the page that holds this one is counted. */
    boolean isPageEmpty(long cluster) {
        return pages[(int) (cluster >>> pageBits)] == null;
    }

    /**
     * Counts references.
     *
     * @param cluster less than the capacity
     * @param times how many, at least 1
     * @return how many of them did not fit below the maximum and are not counted
     */
    long add(long cluster, long times) throws CheckStopped {
        int number = (int) (cluster >>> pageBits);
        int index = (int) cluster & pageMask;
        byte[] page = pages[number];
        if (page == null) {
            page = allocate(1);
            pages[number] = page;
        }
        long count = load(page, index);
        long added = Math.min(times, maximum - count);
        int width = widthOf(count + added);
        if (width > page.length >>> pageBits) {
            page = widen(page, width);
            pages[number] = page;
        }
        store(page, index, count + added);
        return times - added;
    }

    /** Counts references to clusters nobody has referred to; false, with nothing done, where somebody has. */
    boolean addRun(long first, int run, long times) throws CheckStopped {
        if (times > Math.min(maximum, Byte.MAX_VALUE) || !areAll(first, run, 0)) {
            return false;
        }
        for (long at = first; at < first + run;) {
            int index = (int) at & pageMask;
            int end = (int) Math.min(pageMask + 1L, index + first + run - at);
            int number = (int) (at >>> pageBits);
            byte[] page = pages[number];
            if (page == null) {
                page = allocate(1);
                pages[number] = page;
            }
            Arrays.fill(page, index, end, (byte) times);
            at += end - index;
        }
        return true;
    }

    /** Tells whether all counts are this one; false where that takes a closer look. */
    boolean areAll(long first, long run, int count) {
        for (long at = first; at < first + run;) {
            int index = (int) at & pageMask;
            int end = (int) Math.min(pageMask + 1L, index + first + run - at);
            byte[] page = pages[(int) (at >>> pageBits)];
            if (page == null ? count != 0 : page.length != pageMask + 1) {
                return false;
            }
            for (int i = index; page != null && i < end; i++) {
                if (page[i] != count) {
                    return false;
                }
            }
            at += end - index;
        }
        return true;
    }

    /** The count of a cluster below the capacity. */
    long at(long cluster) {
        byte[] page = pages[(int) (cluster >>> pageBits)];
        return page == null ? 0 : load(page, (int) cluster & pageMask);
    }

    private byte[] allocate(int width) throws CheckStopped {
        budget.take(OBJECT_BYTES + ((long) width << pageBits));
        return new byte[width << pageBits];
    }

    private byte[] widen(byte[] page, int width) throws CheckStopped {
        byte[] wider = allocate(width);
        for (int i = 0; i <= pageMask; i++) {
            store(wider, i, load(page, i));
        }
        return wider;
    }

    private static int widthOf(long count) {
        if (count <= 0xff) {
            return 1;
        }
        if (count <= 0xffff) {
            return 2;
        }
        return count <= 0xffff_ffffL ? 4 : 8;
    }

    private long load(byte[] page, int index) {
        return switch (page.length >>> pageBits) {
            case 1 -> page[index] & 0xff;
            case 2 -> (short) SHORTS.get(page, 2 * index) & 0xffff;
            case 4 -> (int) INTS.get(page, 4 * index) & 0xffff_ffffL;
            default -> (long) LONGS.get(page, 8 * index);
        };
    }

    private void store(byte[] page, int index, long count) {
        switch (page.length >>> pageBits) {
            case 1 -> page[index] = (byte) count;
            case 2 -> SHORTS.set(page, 2 * index, (short) count);
            case 4 -> INTS.set(page, 4 * index, (int) count);
            default -> LONGS.set(page, 8 * index, count);
        }
    }
}
