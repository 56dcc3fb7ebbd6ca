// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import dev.varve.api.job.Job;
import dev.varve.api.job.StreamOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A process that streams a chain and tells of each step: a line each time more is copied, the last one with the sum.
 * Its metadata cache is small, so that mappings reach the file as it goes; and it is slow enough to be killed in time.
 */
public final class StreamChild {
    private static final long SPEED = 16 << 20;

    private StreamChild() {
    }

    /** Streams the image that is the only argument. */
    public static void main(String[] args) throws IOException {
        Map<String, Object> options = Map.of("cache.no-flush", true, "l2-cache-entry-size", 4096L, "l2-cache-size",
                4096L);
        long told = -1;
        try (DiskFile file = DiskFile.openWritable(Path.of(args[0]), options)) {
            Job job = file.graph().stream(file.backend().root(), StreamOptions.DEFAULT.withRequests(1 << 16, 2)
                    .withSpeed(SPEED));
            while (!job.state().isFinal()) {
                long copied = job.progress().copied();
                if (copied != told) {
                    told = copied;
                    System.out.println("copied " + told);
                }
            }
            if (job.await() == Job.State.COMPLETED) {
                System.out.println("completed " + job.progress().copied());
            }
        }
    }
}
