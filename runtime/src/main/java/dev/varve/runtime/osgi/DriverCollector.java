// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import dev.varve.api.spi.BlockDriver;
import dev.varve.runtime.registry.DriverRegistry;
import dev.varve.runtime.registry.Precedence;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;
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
    private final Runnable changed;

    /** Tells of each change when the registry and the graphs that are open have followed it. */
    DriverCollector(BundleContext context, DriverRegistry registry, Runnable changed) {
        this.context = context;
        this.registry = registry;
        this.changed = changed;
    }

    @Override
    public DriverRegistry.@Nullable Registration addingService(ServiceReference<BlockDriver> reference) {
        BlockDriver driver = context.getService(reference);
        if (driver == null) {
            return null;
        }
        try {
            DriverRegistry.Registration registration = registry.add(driver, precedence(reference));
            changed.run();
            return registration;
        } catch (RuntimeException | LinkageError e) {
            LoggerFactory.getLogger(DriverCollector.class).warn("cannot use the driver of {}", reference, e);
            context.ungetService(reference);
            return null;
        }
    }

    @Override
    public void modifiedService(ServiceReference<BlockDriver> reference, DriverRegistry.Registration registration) {
        registration.move(precedence(reference));
        changed.run();
    }

    @Override
    public void removedService(ServiceReference<BlockDriver> reference, DriverRegistry.Registration registration) {
        registration.remove();
        context.ungetService(reference);
        changed.run();
    }

    private static Precedence precedence(ServiceReference<BlockDriver> reference) {
        int ranking = reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
        Bundle owner = reference.getBundle();
        if (owner == null) {
            return Precedence.ofRanking(ranking); // unregistered meanwhile
        }
        Version version = owner.getVersion();
        return new Precedence(ranking, version.getMajor(), version.getMinor(), version.getMicro(),
                version.getQualifier(), owner.getBundleId());
    }
}
