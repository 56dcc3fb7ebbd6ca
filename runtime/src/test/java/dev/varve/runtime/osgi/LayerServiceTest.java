// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.spi.BlockDriver;
import dev.varve.runtime.testing.FakeDriver;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class LayerServiceTest {
    private final BlockLayer layer = mock(BlockLayer.class);
    private final BundleContext context = mock(BundleContext.class);
    @SuppressWarnings("unchecked")
    private final ServiceRegistration<BlockLayer> registration = mock(ServiceRegistration.class);
    private final List<List<String>> published = new ArrayList<>();
    private final LayerService service = new LayerService(layer);

    @BeforeEach
    void record() {
        when(context.registerService(eq(BlockLayer.class), any(BlockLayer.class), any())).thenReturn(registration);
        doAnswer(call -> {
            Dictionary<String, ?> properties = call.getArgument(0);
            return published.add(List.of((String[]) properties.get("varve.drivers")));
        }).when(registration).setProperties(any());
    }

    private void drivers(String... names) {
        List<BlockDriver> drivers = new ArrayList<>();
        for (String name : names) {
            drivers.add(FakeDriver.format(name, 1));
        }
        when(layer.drivers()).thenReturn(drivers);
    }

    @Test
    void changed_registered_publishesTheDriversThatAreThereNow() {
        service.register(context);
        published.clear();
        drivers("qcow2", "raw");
        service.changed();
        assertEquals(List.of(List.of("qcow2", "raw")), published);
    }

    @Test
    void changed_notRegistered_doesNothing() {
        service.changed();
        verify(registration, never()).setProperties(any());
    }

    @Test
    void changed_byAListenerOfTheChange_isPublishedAfterIt() {
        service.register(context);
        published.clear();
        boolean[] first = {true};
        drivers("raw");
        doAnswer(call -> {
            Dictionary<String, ?> properties = call.getArgument(0);
            published.add(List.of((String[]) properties.get("varve.drivers")));
            if (first[0]) {
                first[0] = false;
                drivers("qcow2", "raw");
                service.changed();
                assertEquals(1, published.size());
            }
            return null;
        }).when(registration).setProperties(any());
        service.changed();
        assertEquals(List.of(List.of("raw"), List.of("qcow2", "raw")), published);
    }

    @Test
    void changed_serviceHasGone_doesNothing() {
        service.register(context);
        doThrow(new IllegalStateException("unregistered")).when(registration).setProperties(any());
        service.changed();
        verify(registration, times(2)).setProperties(any());
    }

    @Test
    void close_registered_unregistersOnce() {
        service.register(context);
        service.close();
        service.close();
        verify(registration).unregister();
    }
}
