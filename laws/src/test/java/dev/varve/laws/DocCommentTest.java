// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import org.junit.jupiter.api.Test;

/** What others see is described: public types everywhere, public methods in exported packages. */
class DocCommentTest {
    private final Breaches breaches =
            new Breaches("public types, and public methods of exported packages, have a doc comment");

    @Test
    void whatOthersSeeIsDescribed() {
        Set<String> exported = ModuleRules.ALL.stream()
                .flatMap(rules -> rules.exports().stream())
                .collect(Collectors.toSet());
        for (SourceFile file : SourceTree.mainFiles()) {
            new Comments(file, exported.contains(file.packageName())).scan(file.unit(), null);
        }
        breaches.assertNone();
    }

    private final class Comments extends TreePathScanner<Void, Void> {
        private final SourceFile file;
        private final boolean exported;

        private Comments(SourceFile file, boolean exported) {
            this.file = file;
            this.exported = exported;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            boolean top = getCurrentPath().getParentPath().getLeaf() == file.unit();
            if (!isPublic(getCurrentPath())) {
                return null;
            }
            if (top || exported) {
                require(type, type.getSimpleName().toString());
            }
            return super.visitClass(type, nothing);
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            // A constructor is described with its type; an overriding method where it was declared.
            boolean described = method.getReturnType() == null || overrides(method);
            if (exported && !described && isPublic(getCurrentPath())) {
                require(method, method.getName().toString());
            }
            return null;
        }

        private void require(Tree tree, String name) {
            if (file.trees().getDocComment(getCurrentPath()) == null) {
                breaches.add(file.at(tree), name);
            }
        }
    }

    private static boolean overrides(MethodTree method) {
        return method.getModifiers().getAnnotations().stream()
                .map(AnnotationTree::getAnnotationType)
                .anyMatch(type -> type.toString().equals("Override"));
    }

    // The members of an interface are public unless they say otherwise.
    private static boolean isPublic(TreePath path) {
        Set<Modifier> flags =
                switch (path.getLeaf()) {
                    case ClassTree type -> type.getModifiers().getFlags();
                    case MethodTree method -> method.getModifiers().getFlags();
                    default -> Set.of();
                };
        Tree.Kind around = path.getParentPath().getLeaf().getKind();
        boolean implied = around == Tree.Kind.INTERFACE || around == Tree.Kind.ANNOTATION_TYPE;
        return flags.contains(Modifier.PUBLIC) || implied && !flags.contains(Modifier.PRIVATE);
    }
}
