// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A chain in its folder.
 *
 * @param plan what it consists of
 * @param top its active layer's file
 * @param graphFile the JSON that assembles it, beside its files
 */
record MadeChain(ChainPlan plan, Path top, Path graphFile) {
    private static final String TEMPLATE = "long-chain.json";

    static MadeChain write(ChainPlan plan, Path folder) throws IOException {
        Path top = new ChainWriter(plan).write(folder);
        return new MadeChain(plan, top, writeGraph(folder.resolve("graph.json"), top));
    }

    /** Writes the JSON of a disk with a certain active layer. */
    static Path writeGraph(Path graphFile, Path top) throws IOException {
        return Files.writeString(graphFile, GraphTemplate.of(TEMPLATE, top));
    }

    String graph() throws IOException {
        return Files.readString(graphFile);
    }
}
