// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import dev.varve.runtime.Varve;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Starts and stops the runtime in an OSGi framework. */
public final class Activator implements BundleActivator {
    private final LayerBundle.LayerMaker layers;
    private @Nullable LayerBundle running;

    /** Made by the framework. */
    public Activator() {
        this(Varve::new);
    }

    /** Makes the layer with a constructor of one's own choice. */
    Activator(LayerBundle.LayerMaker layers) {
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
