// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.Tree;
import com.sun.source.util.Trees;
import java.nio.file.Path;
import java.util.List;

/**
 * One parsed source file.
 *
 * @param module the folder of its module
 * @param main whether it is product code, not a test
 * @param path relative to the root of the tree
 * @param lines its text
 * @param unit its syntax tree; nothing is attributed
 * @param trees finds positions and comments in the tree
 */
record SourceFile(String module, boolean main, Path path, List<String> lines, CompilationUnitTree unit, Trees trees) {
    /** The package it declares; empty for a module declaration. */
    String packageName() {
        return unit.getPackageName() == null ? "" : unit.getPackageName().toString();
    }

    boolean isModuleInfo() {
        return unit.getModule() != null;
    }

    /** The types at the top of the file. */
    List<ClassTree> topLevelTypes() {
        return unit.getTypeDecls().stream().filter(ClassTree.class::isInstance).map(ClassTree.class::cast).toList();
    }

    /** Where a tree stands, as an editor likes it. */
    String at(Tree tree) {
        return at(firstLine(tree));
    }

    String at(long line) {
        return path + ":" + line;
    }

    /** Lines from the first modifier or annotation to the closing brace; the doc comment is not counted. */
    long length(Tree tree) {
        long end = trees.getSourcePositions().getEndPosition(unit, tree);
        return lineMap().getLineNumber(end) - firstLine(tree) + 1;
    }

    private long firstLine(Tree tree) {
        return lineMap().getLineNumber(trees.getSourcePositions().getStartPosition(unit, tree));
    }

    private LineMap lineMap() {
        return unit.getLineMap();
    }
}
