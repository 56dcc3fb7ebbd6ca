// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.NodeName;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Notices a disk whose user forgot to close it: says where it was opened, and closes it, so that what was written
 * reaches the storage and others get the locks. Does nothing for a disk that was closed, or whose graph was.
 */
final class Leak implements Runnable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Graph graph;
    private final DiskRoot root;
    private final boolean wholeGraph;
    private final NodeName node;
    private final Consumer<String> messages;
    private final Opened opened;

    /** Where a disk was opened. */
    private static final class Opened extends Exception {
        private static final long serialVersionUID = 1;

        Opened(String message) {
            super(message);
        }

        /** The first place outside the block layer. */
        String place() {
            for (StackTraceElement frame : getStackTrace()) {
                String owner = frame.getClassName();
                if (!owner.startsWith("dev.varve.api.") && !owner.startsWith("dev.varve.runtime.graph.")
                        && !owner.equals("dev.varve.runtime.Varve")) {
                    return frame.toString();
                }
            }
            return "a place that is not known";
        }
    }

    private Leak(Graph graph, DiskRoot root, boolean wholeGraph, Consumer<String> messages) {
        this.graph = graph;
        this.root = root;
        this.wholeGraph = wholeGraph;
        this.node = root.edge().node().orElseThrow();
        this.messages = messages;
        this.opened = new Opened("the disk was opened here");
    }

    /** Watches a handle; the result is cleaned when the handle is closed. */
    static Cleaner.Cleanable watch(Backend handle, Graph graph, DiskRoot root, boolean wholeGraph,
            Consumer<String> messages) {
        return CLEANER.register(handle, new Leak(graph, root, wholeGraph, messages));
    }

    @Override
    public void run() {
        if (root.isClosed() || graph.isClosed()) {
            return;
        }
        String report = "a disk was not closed by whoever opened it: node '" + node + "', opened at " + opened.place();
        LoggerFactory.getLogger(Leak.class).warn(report, opened);
        messages.accept(report);
        try {
            graph.closeBackend(root);
            if (wholeGraph) {
                graph.close();
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(Leak.class).warn("the forgotten disk could not be closed cleanly", e);
            messages.accept("the forgotten disk could not be closed cleanly: " + e.getMessage());
        }
    }
}
