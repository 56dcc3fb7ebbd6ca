// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import dev.varve.api.spi.BlockDriver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the drivers that a bundle lists in {@code META-INF/services} as services that the bundle owns, so that
 * driver bundles need no OSGi code. A driver that cannot be loaded is logged, and the others work.
 */
final class DriverPublisher implements BundleTrackerCustomizer<List<ServiceRegistration<?>>> {
    /** The service property that holds the driver's name. */
    static final String DRIVER_PROPERTY = "varve.driver";

    private static final String ENTRY = "META-INF/services/" + BlockDriver.class.getName();
    private static final Logger LOG = LoggerFactory.getLogger(DriverPublisher.class);

    @Override
    public @Nullable List<ServiceRegistration<?>> addingBundle(Bundle bundle, @Nullable BundleEvent event) {
        URL entry = bundle.getEntry(ENTRY);
        BundleContext context = bundle.getBundleContext();
        if (entry == null || context == null) {
            return null;
        }
        List<ServiceRegistration<?>> registrations = new ArrayList<>();
        for (String className : classNames(bundle, entry)) {
            publish(bundle, context, className, registrations);
        }
        return registrations;
    }

    @Override
    public void modifiedBundle(Bundle bundle, @Nullable BundleEvent event, List<ServiceRegistration<?>> published) {
        // From starting to active: the services stay.
    }

    @Override
    public void removedBundle(Bundle bundle, @Nullable BundleEvent event, List<ServiceRegistration<?>> published) {
        for (ServiceRegistration<?> registration : published) {
            try {
                registration.unregister();
            } catch (IllegalStateException e) {
                LOG.debug("the framework has unregistered a driver of {} before", bundle, e);
            }
        }
    }

    private static List<String> classNames(Bundle bundle, URL entry) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(entry.openStream(), StandardCharsets.UTF_8))) {
            return lines.lines().map(DriverPublisher::withoutComment).filter(line -> !line.isEmpty()).toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.warn("cannot read {} of {}", ENTRY, bundle, e);
            return Collections.emptyList();
        }
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }

    private static void publish(Bundle bundle, BundleContext context, String className,
            List<ServiceRegistration<?>> registrations) {
        try {
            Object provider = bundle.loadClass(className).getDeclaredConstructor().newInstance();
            if (provider instanceof BlockDriver driver) {
                Dictionary<String, Object> properties = new Hashtable<>();
                properties.put(DRIVER_PROPERTY, driver.name());
                registrations.add(context.registerService(BlockDriver.class, driver, properties));
            } else {
                LOG.warn("{} of {} is no driver for this version of the API", className, bundle);
            }
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            LOG.warn("cannot load driver {} of {}", className, bundle, e);
        }
    }
}
