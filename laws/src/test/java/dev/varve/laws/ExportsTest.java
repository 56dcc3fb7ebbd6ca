// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each module declares its name and exports what the table says. */
class ExportsTest {
    @Test
    void everyModuleExportsWhatTheTableSays() {
        for (ModuleRules rules : ModuleRules.ALL) {
            ModuleDeclaration.of(rules.folder()).ifPresent(declaration -> {
                assertEquals(rules.name(), declaration.name());
                assertEquals(expected(rules), declaration.exports(), "exports of " + rules.name());
            });
        }
    }

    @Test
    void everyModuleButTheSamplesAndBenchmarksIsDeclared() {
        Set<String> missing = ModuleRules.ALL.stream()
                .map(ModuleRules::folder)
                .filter(folder -> ModuleDeclaration.of(folder).isEmpty())
                .collect(Collectors.toSet());
        assertEquals(Set.of("samples", "benchmarks"), missing);
    }

    // javac refuses to export a package without a type.
    private static Set<String> expected(ModuleRules rules) {
        Set<String> inhabited = SourceTree.mainFiles().stream()
                .filter(file -> file.module().equals(rules.folder()) && !file.topLevelTypes().isEmpty())
                .map(SourceFile::packageName)
                .collect(Collectors.toSet());
        Set<String> expected = new TreeSet<>(rules.exports());
        expected.retainAll(inhabited);
        return expected;
    }
}
