// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.spi.NodeReport;
import java.util.function.Consumer;

/**
 * Who is told what nodes tell of their own accord. Called from any thread, also during requests.
 *
 * @param messages receives lines that a person should read
 * @param reports receives what programs act on
 */
public record GraphWatcher(Consumer<String> messages, Consumer<NodeReport> reports) {
    /** Takes no notice. */
    public static final GraphWatcher NONE = new GraphWatcher(line -> { }, report -> { });

    /**
     * This watcher with another reader of messages.
     *
     * @param reader receives lines that a person should read
     * @return a new watcher
     */
    public GraphWatcher withMessages(Consumer<String> reader) {
        return new GraphWatcher(reader, reports);
    }

    /**
     * This watcher with another listener.
     *
     * @param listener receives what programs act on
     * @return a new watcher
     */
    public GraphWatcher withReports(Consumer<NodeReport> listener) {
        return new GraphWatcher(messages, listener);
    }
}
