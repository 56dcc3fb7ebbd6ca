// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.qemu;

import dev.varve.benchmarks.result.Program;
import dev.varve.benchmarks.result.Row;
import dev.varve.benchmarks.result.Workload;
import dev.varve.samples.chain.ChainPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What QEMU reads besides the content when it reads a disk for the first time. */
public final class QemuFirstTouch {
    private QemuFirstTouch() {}

    /**
     * Reads the whole disk once with {@code qemu-img bench}. By threads: what is read through io_uring is not counted
     * among a process's reads.
     *
     * @param img {@code qemu-img}
     * @param limits how long it may take
     * @param plan the chain
     * @param top its active layer's file
     * @return the row, with the time of the whole process
     * @throws IOException if it fails
     */
    public static Row measure(Path img, Limits limits, ChainPlan plan, Path top) throws IOException {
        MeasuredProgram.Run run = MeasuredProgram.run(List.of(img.toString(), "bench", "-f", "qcow2", "-i", "threads",
                "-d", "1", "-c", Long.toString(plan.clusters()), "-s", Integer.toString(ChainPlan.CLUSTER),
                top.toString()), limits.usual().multipliedBy(2));
        return CommandRows.summed(Row.of(Workload.FIRST_TOUCH, plan.shape().text(), plan.layers(), Program.QEMU,
                plan.clusters(), List.of(run.seconds())), List.of(run),
                plan.heldBytes());
    }
}
