// SPDX-License-Identifier: Apache-2.0
package dev.varve.osgi.configured;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/** The services of a type that are there now. Thread-safe. */
final class Present<T> implements ServiceTrackerCustomizer<T, T> {
    private final BundleContext context;
    private final Runnable changed;
    private final Map<ServiceReference<T>, T> services = new ConcurrentHashMap<>();

    /** Tells of each service that comes, goes or is modified. One that goes is given back after that. */
    Present(BundleContext context, Runnable changed) {
        this.context = context;
        this.changed = changed;
    }

    /** The best service that fits, by OSGi's order: the highest ranking, then the one registered first. */
    Optional<T> best(Predicate<ServiceReference<T>> fits) {
        // Not kept in order: a service that is ranked anew changes its place.
        return services.entrySet().stream().filter(entry -> fits.test(entry.getKey()))
                .max(Map.Entry.comparingByKey()).map(Map.Entry::getValue);
    }

    @Override
    public @Nullable T addingService(ServiceReference<T> reference) {
        T service = context.getService(reference);
        if (service != null) {
            services.put(reference, service);
            changed.run();
        }
        return service;
    }

    @Override
    public void modifiedService(ServiceReference<T> reference, T service) {
        changed.run();
    }

    @Override
    public void removedService(ServiceReference<T> reference, T service) {
        services.remove(reference);
        changed.run();
        context.ungetService(reference);
    }
}
