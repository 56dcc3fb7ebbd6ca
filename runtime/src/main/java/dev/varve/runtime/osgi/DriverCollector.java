// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import dev.varve.api.spi.BlockDriver;
import dev.varve.runtime.registry.DriverRegistry;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.LoggerFactory;

/**
 * Keeps a registry in step with the driver services. The framework tells of a service that goes while the bundle that
 * owns it is still whole, and waits: its nodes are drained and closed before its classes go, which is why no class has
 * to be loaded ahead of its first use.
 */
final class DriverCollector implements ServiceTrackerCustomizer<BlockDriver, DriverRegistry.Registration> {
    private final BundleContext context;
    private final DriverRegistry registry;

    DriverCollector(BundleContext context, DriverRegistry registry) {
        this.context = context;
        this.registry = registry;
    }

    @Override
    public DriverRegistry.@Nullable Registration addingService(ServiceReference<BlockDriver> reference) {
        BlockDriver driver = context.getService(reference);
        if (driver == null) {
            return null;
        }
        try {
            int ranking = reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
            return registry.add(driver, ranking);
        } catch (RuntimeException | LinkageError e) {
            LoggerFactory.getLogger(DriverCollector.class).warn("cannot use the driver of {}", reference, e);
            context.ungetService(reference);
            return null;
        }
    }

    @Override
    public void modifiedService(ServiceReference<BlockDriver> reference, DriverRegistry.Registration registration) {
        // A new ranking counts for services registered from then on.
    }

    @Override
    public void removedService(ServiceReference<BlockDriver> reference, DriverRegistry.Registration registration) {
        registration.remove();
        context.ungetService(reference);
    }
}
