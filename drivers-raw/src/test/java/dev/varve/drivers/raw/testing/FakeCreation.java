// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.testing;

import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.CreateContext;
import dev.varve.api.spi.Options;
import java.io.IOException;
import java.util.Map;

/** A {@link CreateContext} of given values. */
public record FakeCreation(String filename, long size, Options options, BlockChild file) implements CreateContext {
    /** For a protocol. */
    public static FakeCreation of(BlockDriver driver, String filename, long size, Map<String, ?> raw)
            throws IOException {
        return new FakeCreation(filename, size, driver.createOptions().read(raw), null);
    }
}
