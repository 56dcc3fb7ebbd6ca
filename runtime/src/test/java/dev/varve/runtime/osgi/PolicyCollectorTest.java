// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.ReferencePolicy;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

class PolicyCollectorTest {
    private static final NodeName IMAGE = new NodeName("top");
    private static final ImageReference BASE = new ImageReference("base.qcow2", Optional.empty());

    private final BundleContext context = mock(BundleContext.class);
    private final PolicyCollector collector = new PolicyCollector(context);

    @Test
    void allows_withoutPolicies_everything() {
        assertTrue(collector.allows(IMAGE, BASE));
    }

    @Test
    void allows_oneRefuses_nothing() {
        collector.addingService(reference(ReferencePolicy.ALLOW));
        collector.addingService(reference(ReferencePolicy.DENY));
        assertFalse(collector.allows(IMAGE, BASE));
    }

    @Test
    void allows_theOneThatRefusedWent_again() {
        ServiceReference<ReferencePolicy> reference = reference(ReferencePolicy.DENY);
        collector.removedService(reference, collector.addingService(reference));
        assertTrue(collector.allows(IMAGE, BASE));
        verify(context).ungetService(reference);
    }

    @Test
    void allows_aPolicyFails_nothing() {
        collector.addingService(reference((image, reference) -> {
            throw new IllegalStateException("no");
        }));
        assertFalse(collector.allows(IMAGE, BASE));
    }

    @Test
    void removedService_byThePolicyItself_doesNotWait() {
        ReferencePolicy[] policy = new ReferencePolicy[1];
        ServiceReference<ReferencePolicy> service = reference(ReferencePolicy.ALLOW);
        policy[0] = (image, reference) -> {
            collector.removedService(service, policy[0]);
            return true;
        };
        when(context.getService(service)).thenReturn(policy[0]);
        collector.addingService(service);
        assertTrue(collector.allows(IMAGE, BASE));
        verify(context).ungetService(service);
    }

    @Test
    void addingService_goneMeanwhile_isNotTracked() {
        assertNull(collector.addingService(reference(null)));
    }

    @SuppressWarnings("unchecked")
    private ServiceReference<ReferencePolicy> reference(ReferencePolicy policy) {
        ServiceReference<ReferencePolicy> reference = mock(ServiceReference.class);
        when(context.getService(reference)).thenReturn(policy);
        return reference;
    }
}
