// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The bytes of a disk, with holes that read as zeroes. Offsets and lengths are bytes. Thread-safe. Grows where it is
 * written behind its end. Copies share pages until one of them writes, so they cost little.
 */
public final class SparseContent {
    /** The unit of holes in bytes. */
    public static final int PAGE = 4096;

    // A page is never changed once it is here: copies may share it.
    private final Map<Long, byte[]> pages;
    private long size;

    private SparseContent(Map<Long, byte[]> pages, long size) {
        this.pages = pages;
        this.size = size;
    }

    /**
     * A disk of one hole.
     *
     * @param size its size in bytes, at least 0
     * @return new content
     */
    public static SparseContent ofSize(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("size " + size + " is negative");
        }
        return new SparseContent(new HashMap<>(), size);
    }

    /**
     * A disk that holds the bytes; pages of zeroes are holes.
     *
     * @param bytes copied
     * @return new content
     */
    public static SparseContent of(byte... bytes) {
        SparseContent content = ofSize(bytes.length);
        byte[] zeroes = new byte[PAGE];
        for (int offset = 0; offset < bytes.length; offset += PAGE) {
            int end = Math.min(bytes.length, offset + PAGE);
            if (!Arrays.equals(bytes, offset, end, zeroes, 0, end - offset)) {
                content.write(offset, ByteBuffer.wrap(bytes, offset, end - offset));
            }
        }
        return content;
    }

    /**
     * A disk that holds what a file holds.
     *
     * @param file at most 2 GiB
     * @return new content
     * @throws IOException if it cannot be read
     */
    public static SparseContent load(Path file) throws IOException {
        return of(Files.readAllBytes(file));
    }

    /**
     * The same bytes, to be changed apart.
     *
     * @return a copy
     */
    public synchronized SparseContent copy() {
        return new SparseContent(new HashMap<>(pages), size);
    }

    /**
     * The size.
     *
     * @return bytes
     */
    public synchronized long size() {
        return size;
    }

    /**
     * Fills the rest of the buffer; what lies behind the end reads as zeroes.
     *
     * @param offset where to begin
     * @param dst receives the bytes
     */
    public synchronized void read(long offset, ByteBuffer dst) {
        long position = offset;
        while (dst.hasRemaining()) {
            int inPage = (int) (position % PAGE);
            int run = Math.min(dst.remaining(), PAGE - inPage);
            byte[] page = pages.get(position / PAGE);
            dst.put(page == null ? new byte[run] : page, page == null ? 0 : inPage, run);
            position += run;
        }
    }

    /**
     * Stores the rest of the buffer.
     *
     * @param offset where to begin
     * @param src the bytes
     */
    public synchronized void write(long offset, ByteBuffer src) {
        size = Math.max(size, Math.addExact(offset, src.remaining()));
        long position = offset;
        while (src.hasRemaining()) {
            int inPage = (int) (position % PAGE);
            int run = Math.min(src.remaining(), PAGE - inPage);
            byte[] old = pages.get(position / PAGE);
            byte[] page = old == null ? new byte[PAGE] : old.clone();
            src.get(page, inPage, run);
            pages.put(position / PAGE, page);
            position += run;
        }
    }

    /**
     * Makes a range read as zeroes; whole pages of it become holes.
     *
     * @param offset where to begin
     * @param bytes how many
     */
    public synchronized void zero(long offset, long bytes) {
        size = Math.max(size, Math.addExact(offset, bytes));
        clear(offset, bytes);
    }

    /**
     * Changes the size. What is cut off is gone; what is added reads as zeroes.
     *
     * @param newSize bytes, at least 0
     */
    public synchronized void truncate(long newSize) {
        if (newSize < size) {
            clear(newSize, size - newSize);
        }
        size = newSize;
    }

    private void clear(long offset, long bytes) {
        long end = offset + bytes;
        long firstWhole = (offset + PAGE - 1) / PAGE;
        long lastWhole = end / PAGE;
        pages.keySet().removeIf(page -> page >= firstWhole && page < lastWhole);
        clearPart(offset, Math.min(end, firstWhole * PAGE));
        if (lastWhole >= firstWhole) {
            clearPart(Math.max(offset, lastWhole * PAGE), end);
        }
    }

    private void clearPart(long from, long to) {
        byte[] old = from < to ? pages.get(from / PAGE) : null;
        if (old != null) {
            byte[] page = old.clone();
            Arrays.fill(page, (int) (from % PAGE), (int) (from % PAGE + (to - from)), (byte) 0);
            pages.put(from / PAGE, page);
        }
    }

    /**
     * Tells whether the page that holds a position is a hole.
     *
     * @param offset the position
     * @return false where something was written to the page
     */
    public synchronized boolean isHole(long offset) {
        return !pages.containsKey(offset / PAGE);
    }

    /**
     * The length of the run of holes, or of pages that are none, that begins at a position.
     *
     * @param offset where it begins
     * @param bytes the most that is of interest, at least 1
     * @return 1 to {@code bytes}
     */
    public synchronized long run(long offset, long bytes) {
        boolean hole = isHole(offset);
        long position = (offset / PAGE + 1) * PAGE;
        while (position - offset < bytes && isHole(position) == hole) {
            position += PAGE;
        }
        return Math.min(position - offset, bytes);
    }

    /**
     * All bytes.
     *
     * @return a copy
     * @throws ArithmeticException if there are more than an array holds
     */
    public byte[] toByteArray() {
        byte[] all = new byte[Math.toIntExact(size())];
        read(0, ByteBuffer.wrap(all));
        return all;
    }

    /**
     * Writes the bytes to a file, with holes where the file system has them.
     *
     * @param file created or replaced
     * @throws IOException if it cannot be written
     */
    public synchronized void saveTo(Path file) throws IOException {
        Files.deleteIfExists(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE)) {
            for (Map.Entry<Long, byte[]> page : pages.entrySet()) {
                long offset = page.getKey() * PAGE;
                int length = (int) Math.min(PAGE, size - offset);
                channel.write(ByteBuffer.wrap(page.getValue(), 0, length), offset);
            }
            if (size > 0 && channel.size() < size) {
                channel.write(ByteBuffer.allocate(1), size - 1);
            }
        }
    }
}
