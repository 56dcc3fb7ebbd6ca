// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.SecretSource;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.CreateContext;
import dev.varve.api.spi.Options;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What one driver is given to create its part of an image; protocols have no storage below them. */
record CreateRequest(String filename, long size, Options options, SecretSource secrets,
        @Nullable CreateStorage storage) implements CreateContext {
    private CreateStorage below() {
        if (storage == null) {
            throw new IllegalStateException("a protocol has no storage below it");
        }
        return storage;
    }

    @Override
    public BlockChild file() {
        return below().file();
    }

    @Override
    public byte[] secret(String id) throws BlockException {
        return secrets.find(id).orElseThrow(() -> BlockException.noSecret(id));
    }

    @Override
    public BlockChild createFile(String name) throws IOException {
        return below().create(name, filename);
    }
}
