// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.varve.api.block.BlockException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What somebody may expect who is refused: a BlockException, soon, with little memory, and nothing left open. */
final class Refusal {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long MOST_MEMORY = 64 << 20;

    private Refusal() {
    }

    /** Fails unless the action is refused. */
    static BlockException of(Path folder, Action action) throws IOException {
        return bounded(folder, () -> assertThrows(BlockException.class, action::run));
    }

    /** Fails unless the action is done or refused; empty where it is done. */
    static Optional<BlockException> orNot(Path folder, Action action) throws IOException {
        return bounded(folder, () -> {
            try {
                action.run();
                return Optional.empty();
            } catch (BlockException e) {
                return Optional.of(e);
            }
        });
    }

    private static <T> T bounded(Path folder, Outcome<T> outcome) throws IOException {
        T result = assertTimeoutPreemptively(PATIENCE, () -> {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            T told = outcome.get();
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < MOST_MEMORY, () -> allocated + " bytes were allocated");
            return told;
        });
        assertEquals(List.of(), OpenFiles.below(folder), "still open");
        return result;
    }

    /** Says that a message has each of the words. */
    static void assertTells(String message, List<String> words) {
        for (String word : words) {
            assertTrue(message.contains(word), () -> "'" + word + "' is missing in: " + message);
        }
    }

    /** What may be refused. */
    @FunctionalInterface
    interface Action {
        /** Does it. */
        void run() throws IOException;
    }

    @FunctionalInterface
    private interface Outcome<T> {
        T get() throws IOException;
    }
}
