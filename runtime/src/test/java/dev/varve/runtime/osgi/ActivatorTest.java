// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.spi.BlockDriver;
import dev.varve.runtime.Varve;
import dev.varve.runtime.registry.DriverRegistry;
import dev.varve.runtime.testing.FakeDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleListener;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

class ActivatorTest {
    private final BundleContext context = mock(BundleContext.class);
    private final BlockLayer layer = mock(BlockLayer.class, withSettings().extraInterfaces(AutoCloseable.class));
    private final AtomicReference<DriverRegistry> registry = new AtomicReference<>();
    private final List<String> events = new ArrayList<>();
    private final AtomicReference<ServiceListener> services = new AtomicReference<>();
    private final Activator activator = new Activator((made, references) -> {
        registry.set(made);
        return layer;
    });

    @BeforeEach
    @SuppressWarnings("unchecked")
    void offerRegistrations() throws Exception {
        ServiceRegistration<BlockLayer> registration = mock(ServiceRegistration.class);
        when(context.registerService(eq(BlockLayer.class), any(BlockLayer.class), any())).thenReturn(registration);
        doAnswer(call -> events.add("unregistered")).when(registration).unregister();
        doAnswer(call -> events.add("closed")).when((AutoCloseable) layer).close();
        doAnswer(call -> {
            services.set(call.getArgument(0));
            return null;
        }).when(context).addServiceListener(any(), anyString());
    }

    @Test
    void start_layer_isAService() {
        activator.start(context);
        verify(context).registerService(eq(BlockLayer.class), eq(layer), any());
    }

    @Test
    void start_asTheFrameworkMakesIt_offersVarve() {
        Activator ofFramework = new Activator();
        ofFramework.start(context);
        verify(context).registerService(eq(BlockLayer.class), any(Varve.class), any());
        ofFramework.stop(context);
    }

    @Test
    void start_extenderTurnedOff_leavesBundlesAlone() {
        when(context.getProperty("varve.extender")).thenReturn("false");
        activator.start(context);
        verify(context, never()).addBundleListener(any(BundleListener.class));
    }

    @Test
    void start_extenderNotTurnedOff_listensToBundles() {
        activator.start(context);
        verify(context).addBundleListener(any(BundleListener.class));
    }

    @Test
    void start_fails_whatWasStartedIsStopped() throws InvalidSyntaxException {
        when(context.registerService(eq(BlockLayer.class), any(BlockLayer.class), any()))
                .thenThrow(new IllegalStateException("no"));
        assertThrows(IllegalStateException.class, () -> activator.start(context));
        assertEquals(List.of("closed"), events);
        verify(context).removeServiceListener(services.get());
        verify(context).removeBundleListener(any(BundleListener.class));
    }

    @Test
    @SuppressWarnings("unchecked")
    void serviceEvents_driver_comesAndGoes() {
        BlockDriver driver = FakeDriver.format("raw", 1);
        ServiceReference<BlockDriver> reference = mock(ServiceReference.class);
        when(context.getService(reference)).thenReturn(driver);
        activator.start(context);
        services.get().serviceChanged(new ServiceEvent(ServiceEvent.REGISTERED, reference));
        assertSame(driver, registry.get().find("raw").orElseThrow());
        services.get().serviceChanged(new ServiceEvent(ServiceEvent.UNREGISTERING, reference));
        assertTrue(registry.get().find("raw").isEmpty());
    }

    @Test
    @SuppressWarnings("unchecked")
    void stop_everything_isStoppedBackwards() {
        BlockDriver driver = FakeDriver.format("raw", 1);
        ServiceReference<BlockDriver> reference = mock(ServiceReference.class);
        when(context.getService(reference)).thenReturn(driver);
        activator.start(context);
        services.get().serviceChanged(new ServiceEvent(ServiceEvent.REGISTERED, reference));
        registry.get().addListener(gone -> events.add("driver removed"));
        activator.stop(context);
        assertEquals(List.of("unregistered", "closed", "driver removed"), events);
    }

    @Test
    void stop_aStepFails_theOthersAreTaken() throws Exception {
        doThrow(new IllegalStateException("no")).when((AutoCloseable) layer).close();
        activator.start(context);
        activator.stop(context);
        verify(context).removeServiceListener(services.get());
        verify(context).removeBundleListener(any(BundleListener.class));
    }

    @Test
    void stop_notStarted_doesNothing() {
        activator.stop(context);
        assertEquals(List.of(), events);
    }
}
