// SPDX-License-Identifier: Apache-2.0
package dev.varve.osgi.configured;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.ReferencePolicy;
import dev.varve.osgi.ConfiguredGraph;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/** The services that configured graphs need. */
final class Surroundings implements AutoCloseable {
    private final Present<BlockLayer> layers;
    private final Present<ReferencePolicy> policies;
    private final ServiceTracker<BlockLayer, BlockLayer> layerTracker;
    private final ServiceTracker<ReferencePolicy, ReferencePolicy> policyTracker;

    /** Tells of each change, on the thread that makes it. */
    Surroundings(BundleContext context, Runnable changed) {
        layers = new Present<>(context, changed);
        policies = new Present<>(context, changed);
        layerTracker = new ServiceTracker<>(context, BlockLayer.class, layers);
        policyTracker = new ServiceTracker<>(context, ReferencePolicy.class, policies);
    }

    void open() {
        policyTracker.open();
        layerTracker.open();
    }

    Optional<BlockLayer> layer() {
        return layers.best(reference -> true);
    }

    /** The policy of a name; those without one are the layer's affair. */
    Optional<ReferencePolicy> policy(String name) {
        return policies.best(reference -> name.equals(reference.getProperty(ConfiguredGraph.POLICY_PROPERTY)));
    }

    @Override
    public void close() {
        layerTracker.close();
        policyTracker.close();
    }
}
