// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import java.util.List;
import java.util.Set;

/**
 * What one module may show and may need: the table of the house.
 *
 * @param folder its folder; the name of its artifact is varve- and the last part of it
 * @param name its JPMS name and its bundle symbolic name
 * @param exports the packages it shows, as far as they hold types
 * @param needs the modules of this project that its code may name
 * @param finds the modules of this project that it may need at run time only
 * @param tests the modules of this project that its tests may use besides
 * @param libraries the foreign artifacts that its code may need
 */
record ModuleRules(
        String folder,
        String name,
        Set<String> exports,
        Set<String> needs,
        Set<String> finds,
        Set<String> tests,
        Set<String> libraries) {
    private static final Set<String> PLUGINS = Set.of("drivers-raw", "drivers-qcow2", "filters");
    // Annotations for the compiler; nothing at run time.
    private static final Set<String> ANNOTATIONS = Set.of("jspecify");
    private static final Set<String> PLUGIN_TESTS = Set.of("runtime", "conformance");
    private static final Set<String> SAMPLE_TESTS = Set.of("runtime", "conformance", "drivers-raw");

    static final List<ModuleRules> ALL = List.of(
            new ModuleRules(
                    "api",
                    "dev.varve.api",
                    Set.of("dev.varve.api.block", "dev.varve.api.graph", "dev.varve.api.job", "dev.varve.api.spi"),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of()),
            new ModuleRules(
                    "conformance",
                    "dev.varve.conformance",
                    Set.of(
                            "dev.varve.conformance",
                            "dev.varve.conformance.device",
                            "dev.varve.conformance.workload"),
                    Set.of("api"),
                    Set.of(),
                    Set.of(),
                    Set.of("jspecify", "junit-jupiter")),
            new ModuleRules(
                    "runtime",
                    "dev.varve.runtime",
                    Set.of(),
                    Set.of("api"),
                    Set.of(),
                    Set.of("conformance"),
                    Set.of("jspecify", "osgi.core", "slf4j-api", "jackson-core")),
            plugin("drivers-raw", "dev.varve.drivers.raw"),
            new ModuleRules(
                    "drivers-qcow2",
                    "dev.varve.drivers.qcow2",
                    Set.of(),
                    Set.of("api"),
                    Set.of(),
                    PLUGIN_TESTS,
                    Set.of("jspecify", "zstd-jni")),
            new ModuleRules(
                    "filters",
                    "dev.varve.filters",
                    Set.of(),
                    Set.of("api"),
                    Set.of(),
                    PLUGIN_TESTS,
                    Set.of("jspecify", "caffeine")),
            new ModuleRules(
                    "osgi",
                    "dev.varve.osgi",
                    Set.of("dev.varve.osgi"),
                    Set.of("api"),
                    Set.of(),
                    Set.of(),
                    Set.of("jspecify", "osgi.core", "org.osgi.service.cm", "slf4j-api")),
            new ModuleRules(
                    "samples/shell",
                    "dev.varve.shell",
                    Set.of(),
                    Set.of("api", "osgi"),
                    Set.of(),
                    Set.of(),
                    Set.of("jspecify", "osgi.core")),
            sample("samples/plugin-vdi", "dev.varve.plugin.vdi"),
            sample("samples/plugin-xor", "dev.varve.plugin.xor"),
            new ModuleRules(
                    "samples",
                    "dev.varve.samples",
                    Set.of(),
                    Set.of("api", "runtime"),
                    PLUGINS,
                    Set.of("conformance", "plugin-vdi", "osgi", "shell"),
                    Set.of("jspecify", "osgi.core")),
            new ModuleRules(
                    "cli",
                    "dev.varve.cli",
                    Set.of(),
                    Set.of("api", "runtime"),
                    Set.of("drivers-raw", "drivers-qcow2", "filters", "samples"),
                    Set.of("conformance"),
                    Set.of("jspecify", "slf4j-nop")),
            new ModuleRules(
                    "benchmarks",
                    "dev.varve.benchmarks",
                    Set.of(),
                    Set.of("api", "samples", "cli"),
                    Set.of("runtime", "drivers-raw", "drivers-qcow2", "filters"),
                    Set.of(),
                    Set.of("jspecify", "jackson-core", "jmh-core")));

    /** A plugin for people to learn from: it knows the API alone. */
    private static ModuleRules sample(String folder, String name) {
        return new ModuleRules(folder, name, Set.of(), Set.of("api"), Set.of(), SAMPLE_TESTS, ANNOTATIONS);
    }

    String artifact() {
        return "varve-" + folder.substring(folder.lastIndexOf('/') + 1);
    }

    // The service loader reaches a driver without an export.
    private static ModuleRules plugin(String folder, String name) {
        return new ModuleRules(folder, name, Set.of(), Set.of("api"), Set.of(), PLUGIN_TESTS, ANNOTATIONS);
    }
}
