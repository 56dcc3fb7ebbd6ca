// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.spi.BlockDriver;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.LoggerFactory;

/**
 * The layer as a service. Its property {@value #DRIVERS_PROPERTY} holds the names of the drivers that it has, so that
 * {@code (varve.drivers=qcow2)} selects a layer that can open what one needs; the service is modified after each change
 * of the drivers, even where the names stay the same. Thread-safe.
 */
final class LayerService implements AutoCloseable {
    /** The service property: String[], sorted. */
    static final String DRIVERS_PROPERTY = "varve.drivers";

    private final BlockLayer layer;
    private final AtomicInteger changes = new AtomicInteger();
    private volatile @Nullable ServiceRegistration<BlockLayer> registration;

    LayerService(BlockLayer layer) {
        this.layer = layer;
    }

    void register(BundleContext context) {
        registration = context.registerService(BlockLayer.class, layer, properties());
        changed(); // what came between the look at the drivers and the registration
    }

    /**
     * Follows a change of the drivers. Who is called back while another thread follows one does not wait for it: that
     * thread does one more round. Waiting here could close a circle through the listeners' locks.
     */
    void changed() {
        if (changes.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            publish();
            seen = changes.addAndGet(-seen);
        } while (seen > 0);
    }

    private void publish() {
        ServiceRegistration<BlockLayer> registered = registration;
        if (registered == null) {
            return;
        }
        try {
            registered.setProperties(properties());
        } catch (IllegalStateException e) {
            LoggerFactory.getLogger(LayerService.class).debug("the layer's service has gone", e);
        }
    }

    private Dictionary<String, Object> properties() {
        return new Hashtable<>(Map.of(DRIVERS_PROPERTY,
                layer.drivers().stream().map(BlockDriver::name).toArray(String[]::new)));
    }

    @Override
    public void close() {
        ServiceRegistration<BlockLayer> registered = registration;
        registration = null;
        if (registered != null) {
            registered.unregister();
        }
    }
}
