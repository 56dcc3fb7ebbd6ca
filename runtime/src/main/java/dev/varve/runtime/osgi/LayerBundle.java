// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.ReferencePolicy;
import dev.varve.api.spi.BlockDriver;
import dev.varve.runtime.registry.DriverRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the runtime does in a framework between its start and its stop: publishes the drivers of other bundles, collects
 * driver and policy services, and offers a {@link BlockLayer} service that works with them.
 */
final class LayerBundle implements AutoCloseable {
    /** Framework property: {@code false} leaves publishing drivers to another extender, such as SPI Fly. */
    static final String EXTENDER_PROPERTY = "varve.extender";

    private static final Logger LOG = LoggerFactory.getLogger(LayerBundle.class);

    private final Deque<AutoCloseable> undo = new ArrayDeque<>();

    /** Starts everything; what was started is stopped again where something fails. */
    LayerBundle(BundleContext context, LayerMaker layers) {
        try {
            start(context, layers);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void start(BundleContext context, LayerMaker layers) {
        DriverRegistry registry = new DriverRegistry();
        PolicyCollector references = new PolicyCollector(context);
        ServiceTracker<ReferencePolicy, ReferencePolicy> policies =
                new ServiceTracker<>(context, filter(PolicyCollector.FILTER), references);
        // The layer hears of every driver that goes, and closes its disks while their drivers are still there.
        BlockLayer layer = layers.make(registry, references);
        LayerService service = new LayerService(layer);
        ServiceTracker<BlockDriver, DriverRegistry.Registration> collector = new ServiceTracker<>(context,
                BlockDriver.class, new DriverCollector(context, registry, service::changed));
        BundleTracker<List<ServiceRegistration<?>>> publisher =
                new BundleTracker<>(context, Bundle.STARTING | Bundle.ACTIVE, new DriverPublisher());
        undo.push(policies::close);
        undo.push(collector::close);
        undo.push(publisher::close);
        if (layer instanceof AutoCloseable closeable) {
            undo.push(closeable);
        }
        policies.open();
        collector.open();
        if (!"false".equals(context.getProperty(EXTENDER_PROPERTY))) {
            publisher.open();
        }
        undo.push(service);
        service.register(context);
    }

    private static Filter filter(String text) {
        try {
            return FrameworkUtil.createFilter(text);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** Makes the layer that the bundle offers. */
    @FunctionalInterface
    interface LayerMaker {
        /** A layer with these drivers, no graph of which opens what the policy refuses. */
        BlockLayer make(DriverRegistry registry, ReferencePolicy references);
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
