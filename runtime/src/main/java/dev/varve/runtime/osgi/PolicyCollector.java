// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.ReferencePolicy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.LoggerFactory;

/**
 * The policies that bundles register for every graph: a name is opened only if all of them allow it. One that fails
 * allows nothing. A policy's service goes when no call of it is under way.
 */
final class PolicyCollector implements ReferencePolicy, ServiceTrackerCustomizer<ReferencePolicy, ReferencePolicy> {
    /** The property of a policy that is for those graphs alone whose configuration names it. */
    static final String NAME_PROPERTY = "varve.policy";
    /** The policies that are for every graph. */
    static final String FILTER = "(&(objectClass=" + ReferencePolicy.class.getName() + ")(!(" + NAME_PROPERTY + "=*)))";

    private final BundleContext context;
    private final List<ReferencePolicy> policies = new CopyOnWriteArrayList<>();
    private final ReentrantReadWriteLock calls = new ReentrantReadWriteLock();

    PolicyCollector(BundleContext context) {
        this.context = context;
    }

    @Override
    public boolean allows(NodeName image, ImageReference reference) {
        calls.readLock().lock();
        try {
            for (ReferencePolicy policy : policies) {
                if (!allows(policy, image, reference)) {
                    return false;
                }
            }
            return true;
        } finally {
            calls.readLock().unlock();
        }
    }

    private static boolean allows(ReferencePolicy policy, NodeName image, ImageReference reference) {
        try {
            return policy.allows(image, reference);
        } catch (RuntimeException | LinkageError e) {
            LoggerFactory.getLogger(PolicyCollector.class).warn("a reference policy failed on '{}', which node '{}' "
                    + "names; it is not opened", reference.name(), image, e);
            return false;
        }
    }

    @Override
    public @Nullable ReferencePolicy addingService(ServiceReference<ReferencePolicy> reference) {
        ReferencePolicy policy = context.getService(reference);
        if (policy != null) {
            policies.add(policy);
        }
        return policy;
    }

    @Override
    public void modifiedService(ServiceReference<ReferencePolicy> reference, ReferencePolicy policy) {
        // All are asked, in any order.
    }

    @Override
    public void removedService(ServiceReference<ReferencePolicy> reference, ReferencePolicy policy) {
        policies.remove(policy);
        // A policy that takes itself away would wait for its own call.
        if (calls.getReadHoldCount() == 0) {
            calls.writeLock().lock();
            calls.writeLock().unlock();
        }
        context.ungetService(reference);
    }
}
