// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

/** What a driver is given to create an image. Confined to the call of {@link BlockDriver#create}. */
public interface CreateContext {
    /**
     * The name of the image.
     *
     * @return for protocols, what to create
     */
    String filename();

    /**
     * The virtual size of the new image.
     *
     * @return bytes, at least 0
     */
    long size();

    /**
     * The options, checked against {@link BlockDriver#createOptions()}.
     *
     * @return never null
     */
    Options options();

    /**
     * The storage that a format lays its image out on, writable and resizable.
     *
     * @return the edge
     * @throws IllegalStateException for protocols, which have none
     */
    BlockChild file();
}
