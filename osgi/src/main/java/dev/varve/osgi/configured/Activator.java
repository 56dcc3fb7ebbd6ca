// SPDX-License-Identifier: Apache-2.0
package dev.varve.osgi.configured;

import dev.varve.osgi.ConfiguredGraph;
import java.util.Hashtable;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedServiceFactory;

/** Starts and stops following Configuration Admin. */
public final class Activator implements BundleActivator {
    private @Nullable GraphFactory factory;
    private @Nullable ServiceRegistration<ManagedServiceFactory> registration;

    /** Made by the framework. */
    public Activator() {}

    @Override
    public void start(BundleContext context) {
        GraphFactory made = new GraphFactory(context);
        made.open();
        factory = made;
        registration = context.registerService(ManagedServiceFactory.class, made,
                new Hashtable<>(Map.of("service.pid", ConfiguredGraph.FACTORY_PID)));
    }

    @Override
    public void stop(BundleContext context) {
        ServiceRegistration<ManagedServiceFactory> registered = registration;
        GraphFactory stopped = factory;
        registration = null;
        factory = null;
        if (registered != null) {
            registered.unregister();
        }
        if (stopped != null) {
            stopped.close();
        }
    }
}
