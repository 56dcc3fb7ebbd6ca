// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import com.sun.source.tree.ExportsTree;
import com.sun.source.tree.ModuleTree;
import com.sun.source.tree.RequiresTree;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a module-info.java says.
 *
 * @param name the module's name
 * @param exports the packages it exports, to whomever
 * @param requires the modules it requires
 */
record ModuleDeclaration(String name, Set<String> exports, Set<String> requires) {
    /** The declaration of the module in a folder; empty when it has none. */
    static Optional<ModuleDeclaration> of(String folder) {
        return SourceTree.files().stream()
                .filter(file -> file.main() && file.isModuleInfo() && file.module().equals(folder))
                .map(file -> of(file.unit().getModule()))
                .findFirst();
    }

    private static ModuleDeclaration of(ModuleTree tree) {
        Set<String> exports = tree.getDirectives().stream()
                .filter(ExportsTree.class::isInstance)
                .map(directive -> ((ExportsTree) directive).getPackageName().toString())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> requires = tree.getDirectives().stream()
                .filter(RequiresTree.class::isInstance)
                .map(directive -> ((RequiresTree) directive).getModuleName().toString())
                .collect(Collectors.toCollection(TreeSet::new));
        return new ModuleDeclaration(tree.getName().toString(), exports, requires);
    }
}
