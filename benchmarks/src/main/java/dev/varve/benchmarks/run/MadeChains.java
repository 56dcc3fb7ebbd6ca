// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.run;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.chain.ChainWriter;
import dev.varve.samples.chain.FeatureChainWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of the chains, as few as possible at a time. */
final class MadeChains implements AutoCloseable {
    private final Path folder;

    MadeChains(Path work) throws IOException {
        folder = Files.createTempDirectory(work, "varve-benchmarks");
    }

    /** Writes a chain and gives its active layer's file. */
    Path write(ChainPlan plan) throws IOException {
        boolean features = plan.shape() == ChainShape.PIECES && plan.layers() > 1;
        return features ? new FeatureChainWriter(plan).write(folder(plan)) : new ChainWriter(plan).write(folder(plan));
    }

    private Path folder(ChainPlan plan) {
        return folder.resolve(plan.shape().text() + "-" + plan.layers());
    }

    /** Deletes the files of a chain. */
    void delete(ChainPlan plan) throws IOException {
        delete(folder(plan));
    }

    private static void delete(Path tree) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(tree)) {
            all = new ArrayList<>(files.toList());
        }
        for (Path file : all.reversed()) {
            Files.delete(file);
        }
    }

    @Override
    public void close() throws IOException {
        delete(folder);
    }
}
