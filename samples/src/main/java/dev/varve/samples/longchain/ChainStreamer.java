// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.job.Job;
import dev.varve.api.job.StreamOptions;
import dev.varve.samples.longchain.figures.StreamFigures;
import dev.varve.samples.process.ProcessMemory;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * Copies the chain below an overlay into it, as {@code varve stream} does, measures that, and reads what became of it.
 * A program of its own, so that the peak of the memory is that of one stream: the arguments are a {@link MeasuredTask}
 * whose graph file names the overlay, the figures are printed as {@link FigureLines}.
 */
final class ChainStreamer {
    private final BlockLayer layer = BlockLayer.load();
    private final MeasuredTask task;

    ChainStreamer(MeasuredTask task) {
        this.task = task;
    }

    /**
     * Entry point.
     *
     * @param args a {@link MeasuredTask}
     */
    public static void main(String[] args) {
        try {
            FigureLines.print(new ChainStreamer(MeasuredTask.of(args)).measure(), System.out);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    StreamFigures measure() throws IOException {
        StreamFigures figures;
        try (BlockGraph graph = task.newGraph(layer)) {
            NodeName top = task.addDisk(layer, graph, false);
            long start = System.nanoTime();
            Job.State state = graph.stream(top, StreamOptions.DEFAULT).await();
            double seconds = (System.nanoTime() - start) / 1e9;
            OptionalLong peak = ProcessMemory.residentPeak(ProcessHandle.current().pid());
            if (state != Job.State.COMPLETED) {
                throw new IOException("the stream was " + state);
            }
            figures = new StreamFigures(seconds, peak);
        }
        try (BlockGraph graph = task.newGraph(layer);
                BlockBackend disk = graph.openBackend(task.addDisk(layer, graph, true), Permissions.READ)) {
            VerifiedReader reader = new VerifiedReader(task.plan());
            reader.checkSize(disk);
            reader.read(disk);
        }
        return figures;
    }
}
