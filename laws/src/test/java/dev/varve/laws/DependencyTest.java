// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** No module needs another one, or a library, that the table does not grant it. */
class DependencyTest {
    @Test
    void pomsKeepToTheTable() throws IOException {
        Breaches breaches = new Breaches("a module's pom names only what ModuleRules grants");
        for (ModuleRules rules : ModuleRules.ALL) {
            for (Pom.Dependency dependency : pom(rules.folder()).dependencies()) {
                if (!granted(rules, dependency)) {
                    String what = dependency.artifact() + " in scope " + dependency.scope();
                    breaches.add(rules.folder() + "/pom.xml", what);
                }
            }
        }
        breaches.assertNone();
    }

    private static boolean granted(ModuleRules rules, Pom.Dependency dependency) {
        boolean test = dependency.scope().equals("test");
        if (!dependency.ours()) {
            return test || rules.libraries().contains(dependency.artifact());
        }
        String folder = dependency.folder();
        return rules.needs().contains(folder)
                || rules.finds().contains(folder) && (test || dependency.scope().equals("runtime"))
                || rules.tests().contains(folder) && test;
    }

    @Test
    void moduleDeclarationsKeepToTheTable() {
        Breaches breaches = new Breaches("a module requires only those of our modules that ModuleRules grants");
        for (ModuleRules rules : ModuleRules.ALL) {
            Set<String> granted = ModuleRules.ALL.stream()
                    .filter(other -> rules.needs().contains(other.folder()))
                    .map(ModuleRules::name)
                    .collect(Collectors.toSet());
            ModuleDeclaration.of(rules.folder()).stream()
                    .flatMap(declaration -> declaration.requires().stream())
                    .filter(required -> required.startsWith("dev.varve.") && !granted.contains(required))
                    .forEach(required -> breaches.add(rules.folder(), "requires " + required));
        }
        breaches.assertNone();
    }

    @Test
    void theTableNamesEveryModule() throws IOException {
        Set<String> tabled = ModuleRules.ALL.stream()
                .map(ModuleRules::folder)
                .collect(Collectors.toCollection(TreeSet::new));
        // The laws themselves need nothing of the others.
        Set<String> built = new TreeSet<>(pom(".").modules());
        built.remove("laws");
        assertEquals(built, tabled);
    }

    private static Pom pom(String folder) throws IOException {
        return Pom.read(SourceTree.ROOT.resolve(folder).resolve("pom.xml"));
    }
}
