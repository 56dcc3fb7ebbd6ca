// SPDX-License-Identifier: Apache-2.0
package dev.varve.osgi.configured;

import java.util.Dictionary;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ManagedServiceFactory;

/** Follows Configuration Admin: a graph for each configuration. */
final class GraphFactory implements ManagedServiceFactory, AutoCloseable {
    private final BundleContext context;
    private final Surroundings around;
    private final Map<String, GraphKeeper> graphs = new ConcurrentHashMap<>();

    GraphFactory(BundleContext context) {
        this.context = context;
        this.around = new Surroundings(context, this::refresh);
    }

    void open() {
        around.open();
    }

    private void refresh() {
        graphs.values().forEach(GraphKeeper::refresh);
    }

    @Override
    public String getName() {
        return "Varve disk graphs";
    }

    @Override
    public void updated(String pid, Dictionary<String, ?> properties) {
        graphs.computeIfAbsent(pid, key -> new GraphKeeper(context, around, key)).configure(pid, properties);
    }

    @Override
    public void deleted(String pid) {
        GraphKeeper keeper = graphs.remove(pid);
        if (keeper != null) {
            keeper.dispose();
        }
    }

    /** Closes all graphs; their configurations stay. */
    @Override
    public void close() {
        graphs.keySet().forEach(this::deleted);
        around.close();
    }
}
