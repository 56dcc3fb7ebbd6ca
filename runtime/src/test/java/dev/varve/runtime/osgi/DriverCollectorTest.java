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
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

class DriverCollectorTest {
    private final BundleContext context = mock(BundleContext.class);
    private int changes;
    private final DriverRegistry registry = new DriverRegistry();
    private final DriverCollector collector = new DriverCollector(context, registry, () -> changes++);

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
    void addingService_higherVersionFirst_staysInFront() {
        BlockDriver driver = FakeDriver.format("raw", 1);
        collector.addingService(reference(driver, null, "1.10.0", 7));
        collector.addingService(reference(FakeDriver.format("raw", 1), null, "1.9.0", 8));
        assertSame(driver, registry.find("raw").orElseThrow());
    }

    @Test
    void addingService_higherVersionOfLowerRanking_staysBehind() {
        BlockDriver driver = FakeDriver.format("raw", 1);
        collector.addingService(reference(driver, 1, "1.0.0", 7));
        collector.addingService(reference(FakeDriver.format("raw", 1), 0, "2.0.0", 8));
        assertSame(driver, registry.find("raw").orElseThrow());
    }

    @Test
    void addingService_sameVersion_theOneInstalledFirstIsFound() {
        BlockDriver driver = FakeDriver.format("raw", 1);
        collector.addingService(reference(FakeDriver.format("raw", 1), 0, "1.0.0", 8));
        collector.addingService(reference(driver, 0, "1.0.0", 7));
        assertSame(driver, registry.find("raw").orElseThrow());
    }

    @Test
    void modifiedService_rankedHigher_isInFrontFromNowOn() {
        BlockDriver driver = FakeDriver.format("raw", 1);
        ServiceReference<BlockDriver> reference = reference(driver, 0);
        DriverRegistry.Registration registration = collector.addingService(reference);
        collector.addingService(reference(FakeDriver.format("raw", 1), 5));
        when(reference.getProperty(Constants.SERVICE_RANKING)).thenReturn(6);
        collector.modifiedService(reference, registration);
        assertSame(driver, registry.find("raw").orElseThrow());
    }

    @Test
    void removedService_rankedMeanwhile_isGone() {
        ServiceReference<BlockDriver> reference = reference(FakeDriver.format("raw", 1), 0);
        DriverRegistry.Registration registration = collector.addingService(reference);
        collector.modifiedService(reference, registration);
        collector.removedService(reference, registration);
        assertTrue(registry.find("raw").isEmpty());
        assertEquals(3, changes);
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

    private ServiceReference<BlockDriver> reference(BlockDriver driver, Integer ranking) {
        return reference(driver, ranking, "0", 1);
    }

    @SuppressWarnings("unchecked")
    private ServiceReference<BlockDriver> reference(BlockDriver driver, Integer ranking, String version, long id) {
        Bundle owner = mock(Bundle.class);
        when(owner.getVersion()).thenReturn(Version.parseVersion(version));
        when(owner.getBundleId()).thenReturn(id);
        ServiceReference<BlockDriver> reference = mock(ServiceReference.class);
        when(context.getService(reference)).thenReturn(driver);
        when(reference.getBundle()).thenReturn(owner);
        when(reference.getProperty(Constants.SERVICE_RANKING)).thenReturn(ranking);
        return reference;
    }
}
