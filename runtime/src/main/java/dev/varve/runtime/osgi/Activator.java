// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import dev.varve.api.graph.BlockLayer;
import dev.varve.runtime.Varve;
import dev.varve.runtime.registry.DriverRegistry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Starts and stops the runtime in an OSGi framework. */
public final class Activator implements BundleActivator {
    private final Function<DriverRegistry, ? extends BlockLayer> layers;
    private @Nullable LayerBundle running;

    /** Made by the framework. */
    public Activator() {
        this(Varve::new);
    }

    /** Makes the layer with a constructor of one's own choice. */
    Activator(Function<DriverRegistry, ? extends BlockLayer> layers) {
        this.layers = layers;
    }

    @Override
    public void start(BundleContext context) {
        running = new LayerBundle(context, layers);
    }

    @Override
    public void stop(BundleContext context) {
        LayerBundle stopped = running;
        running = null;
        if (stopped != null) {
            stopped.close();
        }
    }
}
