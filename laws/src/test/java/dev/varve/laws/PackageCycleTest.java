// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.PackageTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The packages of a module do not need each other in a circle. */
class PackageCycleTest {
    @Test
    void noModuleHasAPackageCycle() {
        Breaches breaches = new Breaches("the packages of a module form no cycle");
        for (ModuleRules rules : ModuleRules.ALL) {
            List<String> cycle = cycle(uses(rules.folder()));
            if (!cycle.isEmpty()) {
                breaches.add(rules.folder(), String.join(" -> ", cycle));
            }
        }
        breaches.assertNone();
    }

    /** For each package of a module, the other packages of that module that it names. */
    private static Map<String, Set<String>> uses(String module) {
        List<SourceFile> files =
                SourceTree.mainFiles().stream().filter(file -> file.module().equals(module)).toList();
        Map<String, Set<String>> uses = new TreeMap<>();
        files.forEach(file -> uses.put(file.packageName(), new TreeSet<>()));
        for (SourceFile file : files) {
            Set<String> used = uses.get(file.packageName());
            new TreeScanner<Void, Void>() {
                // The package's own name is not a use.
                @Override
                public Void visitPackage(PackageTree tree, Void nothing) {
                    return null;
                }

                // Imports and full names alike: each has the package's name as its first part.
                @Override
                public Void visitMemberSelect(MemberSelectTree select, Void nothing) {
                    String name = select.getExpression().toString();
                    if (uses.containsKey(name)) {
                        used.add(name);
                        used.remove(file.packageName());
                        return null; // what is left is the name of a package above it
                    }
                    return super.visitMemberSelect(select, nothing);
                }
            }.scan(file.unit(), null);
        }
        return uses;
    }

    /** One cycle, its first package named again at the end; empty when there is none. Empties the map as it goes. */
    private static List<String> cycle(Map<String, Set<String>> uses) {
        while (peel(uses)) {
            // Each round takes away the packages that need none of those left.
        }
        if (uses.isEmpty()) {
            return List.of();
        }
        // Every package left needs another one left, so a walk must come back to where it was.
        List<String> walk = new ArrayList<>();
        String next = uses.keySet().iterator().next();
        while (!walk.contains(next)) {
            walk.add(next);
            next = uses.get(next).iterator().next();
        }
        List<String> cycle = new ArrayList<>(walk.subList(walk.indexOf(next), walk.size()));
        cycle.add(next);
        return cycle;
    }

    private static boolean peel(Map<String, Set<String>> uses) {
        uses.values().forEach(used -> used.retainAll(uses.keySet()));
        return uses.values().removeIf(Set::isEmpty);
    }
}
