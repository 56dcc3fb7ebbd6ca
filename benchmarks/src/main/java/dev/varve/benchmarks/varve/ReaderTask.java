// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import java.nio.file.Path;
import java.util.List;

/**
 * What a reader process is to measure.
 *
 * @param plan the chain
 * @param top its active layer's file
 * @param flat the same data in one image
 * @param full whether there is time for many rounds
 * @param out the file for the results
 */
public record ReaderTask(ChainPlan plan, Path top, Path flat, boolean full, Path out) {
    /**
     * The task as a reader's arguments.
     *
     * @return words
     */
    public List<String> words() {
        return List.of(plan.shape().name(), Integer.toString(plan.layers()), Long.toString(plan.size()), top.toString(),
                flat.toString(), Boolean.toString(full), out.toString());
    }

    static ReaderTask of(String[] words) {
        ChainPlan plan = new ChainPlan(Integer.parseInt(words[1]), Long.parseLong(words[2]),
                ChainShape.valueOf(words[0]));
        return new ReaderTask(plan, Path.of(words[3]), Path.of(words[4]), Boolean.parseBoolean(words[5]),
                Path.of(words[6]));
    }

    String shape() {
        return plan.shape().text();
    }
}
