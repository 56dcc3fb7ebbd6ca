// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.device;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.SecretSource;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.CreateContext;
import dev.varve.api.spi.Options;
import java.io.IOException;
import java.util.Map;

/**
 * Lets a format create an image in memory, without a graph.
 *
 * @param filename the name that the image is given
 * @param size its virtual size in bytes
 * @param options its create options
 * @param file where it is laid out
 * @param secrets where the format finds keys and passwords
 */
public record CreateStorage(String filename, long size, Options options, BlockChild file, SecretSource secrets)
        implements CreateContext {
    /**
     * An image in memory that needs no secrets.
     *
     * @param format the driver of its format
     * @param size its virtual size in bytes
     * @param options the format's create options by name
     * @return what the format laid out
     * @throws IOException if an option is wrong or the image cannot be created
     */
    public static SparseContent create(BlockDriver format, long size, Map<String, ?> options) throws IOException {
        return create(format, size, options, SecretSource.NONE);
    }

    /**
     * An image in memory.
     *
     * @param format the driver of its format
     * @param size its virtual size in bytes
     * @param options the format's create options by name
     * @param secrets where the format finds keys and passwords
     * @return what the format laid out
     * @throws IOException if an option is wrong or the image cannot be created
     */
    public static SparseContent create(BlockDriver format, long size, Map<String, ?> options, SecretSource secrets)
            throws IOException {
        SparseContent content = SparseContent.ofSize(0);
        format.create(new CreateStorage("memory", size, format.createOptions().read(options),
                new StorageEdge(content), secrets));
        return content;
    }

    @Override
    public byte[] secret(String id) throws BlockException {
        return secrets.find(id).orElseThrow(() -> BlockException.noSecret(id));
    }
}
