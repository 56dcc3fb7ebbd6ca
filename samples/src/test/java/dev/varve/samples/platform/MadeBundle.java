// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.platform;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A bundle made of classes of the test's class path.
 *
 * @param headers of its manifest
 * @param classes what it holds
 * @param drivers those of the classes that it offers as drivers
 */
record MadeBundle(Map<String, String> headers, List<Class<?>> classes, List<Class<?>> drivers) {
    static MadeBundle of(String name, String version) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Bundle-ManifestVersion", "2");
        headers.put("Bundle-SymbolicName", name);
        headers.put("Bundle-Version", version);
        return new MadeBundle(headers, List.of(), List.of());
    }

    MadeBundle with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new MadeBundle(more, classes, drivers);
    }

    /** With a driver and the classes it needs. */
    MadeBundle withDriver(Class<?> driver, Class<?>... others) {
        List<Class<?>> all = new java.util.ArrayList<>(List.of(others));
        all.add(driver);
        return new MadeBundle(headers, all, List.of(driver)).with("Import-Package", "org.osgi.framework,"
                + "dev.varve.api.block,dev.varve.api.graph,dev.varve.api.spi");
    }

    InputStream jar() throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach(attributes::putValue);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Class<?> type : classes) {
                String resource = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(resource));
                try (InputStream in = MadeBundle.class.getClassLoader().getResourceAsStream(resource)) {
                    in.transferTo(jar);
                }
            }
            if (!drivers.isEmpty()) {
                jar.putNextEntry(new JarEntry("META-INF/services/dev.varve.api.spi.BlockDriver"));
                for (Class<?> driver : drivers) {
                    jar.write((driver.getName() + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
