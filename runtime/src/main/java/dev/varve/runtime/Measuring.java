// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Measurement;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.NewImage;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.MeasureContext;
import dev.varve.api.spi.Options;
import dev.varve.runtime.graph.Graph;
import java.io.IOException;
import java.util.Optional;

/** What a driver is given to tell how large an image would be. */
record Measuring(long size, Options options, Optional<BlockChild> source) implements MeasureContext {
    static Measurement run(BlockDriver format, NewImage image, Optional<BlockBackend> source) throws IOException {
        long size;
        if (image.size().isPresent()) {
            size = image.size().getAsLong();
        } else if (source.isPresent()) {
            size = source.get().size();
        } else {
            throw BlockException.invalidOption("neither a size nor a disk to be copied is given");
        }
        Optional<BlockChild> disk = source.isPresent() ? Optional.of(Graph.rootOf(source.get())) : Optional.empty();
        return format.measure(new Measuring(size, format.createOptions().read(image.options()), disk));
    }
}
