// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BitmapInfo;
import java.io.IOException;
import java.util.List;

/** The persistent dirty bitmaps of an image. Errors name the bitmap. Any thread may call. */
public interface BitmapStore {
    /**
     * The bitmaps.
     *
     * @return in the order of the image
     * @throws IOException if they cannot be read
     */
    List<BitmapInfo> list() throws IOException;

    /**
     * Adds an empty bitmap.
     *
     * @param name unique in the image, 1 to 1,023 bytes
     * @param granularity bytes, a power of two from 512 to 2 GiB; 0 for the image's default
     * @param enabled whether it records writes
     * @throws IOException if that is not allowed or failed
     */
    void add(String name, long granularity, boolean enabled) throws IOException;

    /**
     * Removes a bitmap, also one that cannot be trusted.
     *
     * @param name its name
     * @throws IOException of kind NOT_FOUND where there is none
     */
    void remove(String name) throws IOException;

    /**
     * Clears all bits.
     *
     * @param name its name
     * @throws IOException if there is none, or it cannot be trusted
     */
    void clear(String name) throws IOException;

    /**
     * Lets it record writes, or not.
     *
     * @param name its name
     * @param enabled which
     * @throws IOException if there is none, or it cannot be trusted
     */
    void enable(String name, boolean enabled) throws IOException;

    /**
     * Sets every bit that covers something that the source marks.
     *
     * @param name the bitmap that is changed
     * @param source as {@link #content} gives it, of this image or another one of the same size
     * @throws IOException if there is none, it cannot be trusted, or the sizes differ
     */
    void merge(String name, BitmapContent source) throws IOException;

    /**
     * What a bitmap marks.
     *
     * @param name its name
     * @return good until the image is closed or the bitmap removed
     * @throws IOException if there is none, or it cannot be trusted
     */
    BitmapContent content(String name) throws IOException;

    /** What a bitmap marks. */
    interface BitmapContent {
        /**
         * What one bit stands for.
         *
         * @return bytes, a power of two
         */
        long granularity();

        /**
         * What the bitmap covers.
         *
         * @return bytes
         */
        long size();

        /**
         * The next place that is marked, or that is not.
         *
         * @param offset where to begin, in bytes
         * @param marked which of them
         * @return an offset of at least {@code offset}; {@link #size} where there is none
         */
        long next(long offset, boolean marked);
    }
}
