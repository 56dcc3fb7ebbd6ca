// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.util.TreeScanner;
import org.junit.jupiter.api.Test;

/** A test runs, or it is deleted. */
class DisabledTestsTest {
    @Test
    void noTestIsDisabled() {
        Breaches breaches = new Breaches("no test is disabled");
        for (SourceFile file : SourceTree.files()) {
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitAnnotation(AnnotationTree annotation, Void nothing) {
                    String name = annotation.getAnnotationType().toString();
                    if (name.substring(name.lastIndexOf('.') + 1).equals("Disabled")) {
                        breaches.add(file.at(annotation), annotation.toString());
                    }
                    return super.visitAnnotation(annotation, nothing);
                }
            }.scan(file.unit(), null);
        }
        breaches.assertNone();
    }
}
