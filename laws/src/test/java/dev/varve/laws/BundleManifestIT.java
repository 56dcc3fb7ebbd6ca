// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The built jar is a module and a bundle that show the same packages. */
class BundleManifestIT {
    // Attributes and directives of a clause, quoted commas among them; what is left between commas are packages.
    private static final Pattern PARAMETERS = Pattern.compile(";[^,\"]*(\"[^\"]*\"[^,\"]*)*");

    static Stream<ModuleRules> modules() {
        return ModuleRules.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void bundleAndModuleAgree(ModuleRules rules) throws IOException {
        try (JarFile jar = new JarFile(jar(rules).toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertEquals(rules.name(), manifest.getValue("Bundle-SymbolicName"));
            assertEquals(
                    exports(rules, jar),
                    packages(manifest, "Export-Package"),
                    "exported by the bundle " + rules.name());
            assertFalse(
                    packages(manifest, "Import-Package").contains("org.jspecify.annotations"),
                    rules.name() + " imports annotations that only the compiler needs");
        }
    }

    private static Set<String> exports(ModuleRules rules, JarFile jar) {
        return ModuleDeclaration.of(rules.folder())
                .map(declaration -> {
                    assertTrue(jar.getEntry("module-info.class") != null, rules.name() + " has no module-info.class");
                    return declaration.exports();
                })
                .orElse(Set.of());
    }

    private static Path jar(ModuleRules rules) {
        String file = rules.artifact() + "-" + System.getProperty("varve.version") + ".jar";
        Path jar = SourceTree.ROOT.resolve(rules.folder()).resolve("target").resolve(file);
        assertTrue(Files.exists(jar), () -> jar + " is missing: build the whole reactor");
        return jar;
    }

    private static Set<String> packages(Attributes manifest, String header) {
        Set<String> packages = new TreeSet<>();
        String value = manifest.getValue(header);
        if (value != null) {
            Matcher parameters = PARAMETERS.matcher(value);
            for (String name : parameters.replaceAll("").split(",")) {
                packages.add(name.strip());
            }
        }
        return packages;
    }
}
