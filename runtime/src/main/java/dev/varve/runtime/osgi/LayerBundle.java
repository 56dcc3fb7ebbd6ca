// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.spi.BlockDriver;
import dev.varve.runtime.registry.DriverRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the runtime does in a framework between its start and its stop: publishes the drivers of other bundles, collects
 * driver services, and offers a {@link BlockLayer} service that works with them.
 */
final class LayerBundle implements AutoCloseable {
    /** Framework property: {@code false} leaves publishing drivers to another extender, such as SPI Fly. */
    static final String EXTENDER_PROPERTY = "varve.extender";

    private static final Logger LOG = LoggerFactory.getLogger(LayerBundle.class);

    private final Deque<AutoCloseable> undo = new ArrayDeque<>();

    /** Starts everything; what was started is stopped again where something fails. */
    LayerBundle(BundleContext context, Function<DriverRegistry, ? extends BlockLayer> layers) {
        try {
            start(context, layers);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void start(BundleContext context, Function<DriverRegistry, ? extends BlockLayer> layers) {
        DriverRegistry registry = new DriverRegistry();
        ServiceTracker<BlockDriver, DriverRegistry.Registration> collector =
                new ServiceTracker<>(context, BlockDriver.class, new DriverCollector(context, registry));
        BundleTracker<List<ServiceRegistration<?>>> publisher =
                new BundleTracker<>(context, Bundle.STARTING | Bundle.ACTIVE, new DriverPublisher());
        undo.push(collector::close);
        undo.push(publisher::close);
        // The layer hears of every driver that goes, and closes its disks while their drivers are still there.
        BlockLayer layer = layers.apply(registry);
        if (layer instanceof AutoCloseable closeable) {
            undo.push(closeable);
        }
        collector.open();
        if (!"false".equals(context.getProperty(EXTENDER_PROPERTY))) {
            publisher.open();
        }
        ServiceRegistration<BlockLayer> service = context.registerService(BlockLayer.class, layer, null);
        undo.push(service::unregister);
    }

    /** Stops everything in reverse order. A step that fails is logged, and the others are taken. */
    @Override
    public void close() {
        while (!undo.isEmpty()) {
            close(undo.pop());
        }
    }

    private static void close(AutoCloseable step) {
        try {
            step.close();
        } catch (Exception e) {
            LOG.error("cannot stop cleanly", e);
        }
    }
}
