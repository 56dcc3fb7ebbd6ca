// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.varve.api.spi.BlockDriver;
import dev.varve.runtime.registry.DriverRegistry;
import dev.varve.runtime.testing.FakeDriver;
import dev.varve.runtime.testing.LoadedDriver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

class DriverCollectorTest {
    private final BundleContext context = mock(BundleContext.class);
    private final DriverRegistry registry = new DriverRegistry();
    private final DriverCollector collector = new DriverCollector(context, registry);

    @Test
    void addingService_driver_canBeFound() {
        BlockDriver driver = FakeDriver.format("raw", 1);
        collector.addingService(reference(driver, null));
        assertSame(driver, registry.find("raw").orElseThrow());
    }

    @Test
    void addingService_higherRankingFirst_staysInFront() {
        BlockDriver driver = FakeDriver.format("raw", 1);
        collector.addingService(reference(driver, 10));
        collector.addingService(reference(FakeDriver.format("raw", 1), 5));
        assertSame(driver, registry.find("raw").orElseThrow());
    }

    @Test
    void addingService_serviceGoneMeanwhile_isNotTracked() {
        assertNull(collector.addingService(reference(null, null)));
    }

    @Test
    void addingService_driverThrows_isGivenBackAndNotTracked() {
        ServiceReference<BlockDriver> reference = reference(new LoadedDriver.Unlinked(), null);
        assertNull(collector.addingService(reference));
        verify(context).ungetService(reference);
    }

    @Test
    void removedService_usersHaveLetGo_beforeTheServiceIsGivenBack() {
        List<String> events = new ArrayList<>();
        registry.addListener(driver -> events.add("closed"));
        ServiceReference<BlockDriver> reference = reference(FakeDriver.format("raw", 1), null);
        doAnswer(call -> events.add("given back")).when(context).ungetService(any());
        collector.removedService(reference, collector.addingService(reference));
        assertEquals(List.of("closed", "given back"), events);
        assertTrue(registry.find("raw").isEmpty());
    }

    @SuppressWarnings("unchecked")
    private ServiceReference<BlockDriver> reference(BlockDriver driver, Integer ranking) {
        ServiceReference<BlockDriver> reference = mock(ServiceReference.class);
        when(context.getService(reference)).thenReturn(driver);
        when(reference.getProperty(Constants.SERVICE_RANKING)).thenReturn(ranking);
        return reference;
    }
}
