// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;
import java.io.IOException;

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

    /**
     * The bytes of a secret.
     *
     * @param id what an option such as {@code key-secret} names
     * @return a copy, which the driver wipes
     * @throws BlockException of kind NOT_FOUND that names it
     */
    default byte[] secret(String id) throws BlockException {
        throw BlockException.noSecret(id);
    }

    /**
     * Creates another file that belongs to the image, by the protocol of its name, and opens it.
     *
     * @param name of the file, relative to the image's own as a backing file's name is
     * @return an edge to it, good until {@link BlockDriver#create} returns; writable and resizable
     * @throws IOException if it cannot be created or opened
     */
    default BlockChild createFile(String name) throws IOException {
        throw BlockException.unsupported("no further file can be created here");
    }
}
