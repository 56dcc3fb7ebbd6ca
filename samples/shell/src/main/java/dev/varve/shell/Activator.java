// SPDX-License-Identifier: Apache-2.0
package dev.varve.shell;

import java.util.Hashtable;
import java.util.Map;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Registers the commands as Gogo looks for them: a service whose properties name its methods. */
public final class Activator implements BundleActivator {
    /** Made by the framework. */
    public Activator() {}

    @Override
    public void start(BundleContext context) {
        context.registerService(Commands.class, new Commands(context), new Hashtable<>(Map.of(
                "osgi.command.scope", "varve", "osgi.command.function", new String[] {"graph", "nodes", "stats"})));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }
}
