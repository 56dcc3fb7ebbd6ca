// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.isA;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.varve.api.spi.BlockDriver;
import dev.varve.runtime.testing.LoadedDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class DriverPublisherTest {
    private static final String ENTRY = "META-INF/services/dev.varve.api.spi.BlockDriver";

    private final DriverPublisher publisher = new DriverPublisher();
    private final Bundle bundle = mock(Bundle.class);
    private final BundleContext context = mock(BundleContext.class);

    @TempDir
    Path folder;

    @BeforeEach
    void loadFromThisClassPath() throws ClassNotFoundException {
        when(bundle.getBundleContext()).thenReturn(context);
        when(bundle.loadClass(anyString())).thenAnswer(call -> Class.forName(call.getArgument(0)));
    }

    @Test
    void addingBundle_withoutEntry_isNotTracked() {
        assertNull(publisher.addingBundle(bundle, null));
    }

    @Test
    void addingBundle_withoutContext_isNotTracked() throws IOException {
        entry(LoadedDriver.class.getName());
        when(bundle.getBundleContext()).thenReturn(null);
        assertNull(publisher.addingBundle(bundle, null));
    }

    @Test
    void addingBundle_driver_isAServiceOfThatBundle() throws IOException {
        entry("# drivers", "", LoadedDriver.class.getName() + " # the only one");
        assertEquals(1, publisher.addingBundle(bundle, null).size());
        verify(context).registerService(eq(BlockDriver.class), isA(LoadedDriver.class),
                argThat(properties -> "loaded".equals(properties.get("varve.driver"))));
    }

    @Test
    void addingBundle_someAreBroken_theOthersArePublished() throws IOException {
        entry("no.such.Driver", LoadedDriver.Broken.class.getName(), String.class.getName(),
                LoadedDriver.Unlinked.class.getName(), LoadedDriver.class.getName());
        assertEquals(1, publisher.addingBundle(bundle, null).size());
    }

    @Test
    void addingBundle_entryCannotBeRead_publishesNothing() throws IOException {
        when(bundle.getEntry(ENTRY)).thenReturn(folder.resolve("missing").toUri().toURL());
        assertEquals(List.of(), publisher.addingBundle(bundle, null));
        verify(context, never()).registerService(eq(BlockDriver.class), any(BlockDriver.class), any());
    }

    @Test
    void removedBundle_oneIsGoneAlready_theOthersAreUnregistered() {
        ServiceRegistration<?> gone = mock(ServiceRegistration.class);
        ServiceRegistration<?> there = mock(ServiceRegistration.class);
        doThrow(new IllegalStateException("unregistered")).when(gone).unregister();
        publisher.removedBundle(bundle, null, List.of(gone, there));
        verify(there).unregister();
    }

    private void entry(String... lines) throws IOException {
        Path file = Files.write(folder.resolve("entry"), List.of(lines));
        when(bundle.getEntry(ENTRY)).thenReturn(file.toUri().toURL());
        when(context.registerService(eq(BlockDriver.class), any(BlockDriver.class), any()))
                .thenAnswer(call -> mock(ServiceRegistration.class));
    }
}
