// SPDX-License-Identifier: Apache-2.0
package dev.varve.osgi.configured;

import dev.varve.osgi.ConfiguredGraph;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** How a configured graph stands, as a service. Changed by its keeper, in turns. */
final class Status implements ConfiguredGraph {
    private final BundleContext context;
    private final String pid;
    private @Nullable ServiceRegistration<ConfiguredGraph> registration;
    private volatile Map<String, Object> properties;
    private volatile Told told = new Told(State.WAITING, List.of(), "");
    private volatile String name;

    private record Told(State state, List<String> disks, String report) {}

    Status(BundleContext context, String pid) {
        this.context = context;
        this.pid = pid;
        this.name = pid;
        this.properties = Map.of("service.pid", pid, NAME_PROPERTY, pid);
    }

    /** Takes the name and the properties of a configuration; the next report shows them. */
    void configured(GraphConfiguration configuration) {
        name = configuration.name();
        properties = configuration.properties();
    }

    String title() {
        return "disk graph '" + name + "' (" + pid + ")";
    }

    /** Tells how it stands; returns false where that was told already. */
    boolean tell(State state, List<String> disks, String report) {
        Told next = new Told(state, disks, report);
        if (registration != null && next.equals(told)) {
            return false;
        }
        told = next;
        Hashtable<String, Object> all = new Hashtable<>(properties);
        all.put(STATE_PROPERTY, state.name().toLowerCase(Locale.ROOT));
        all.put(REPORT_PROPERTY, report);
        ServiceRegistration<ConfiguredGraph> registered = registration;
        try {
            if (registered == null) {
                registration = context.registerService(ConfiguredGraph.class, this, all);
            } else {
                registered.setProperties(all);
            }
        } catch (IllegalStateException e) {
            return true; // the bundle is being stopped; the log still has it
        }
        return true;
    }

    void close() {
        ServiceRegistration<ConfiguredGraph> registered = registration;
        registration = null;
        if (registered != null) {
            try {
                registered.unregister();
            } catch (IllegalStateException e) {
                return; // the framework was faster
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public State state() {
        return told.state();
    }

    @Override
    public String report() {
        return told.report();
    }

    @Override
    public List<String> disks() {
        return told.disks();
    }
}
