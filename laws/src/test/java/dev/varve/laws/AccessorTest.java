// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreeScanner;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The API names a property by its noun: size(), not getSize(). */
class AccessorTest {
    private static final Pattern GETTER = Pattern.compile("get[A-Z].*");

    @Test
    void theApiHasNoGetters() {
        Breaches breaches = new Breaches("no accessor of the API begins with get");
        for (SourceFile file : SourceTree.mainFiles()) {
            if (file.module().equals("api")) {
                new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitMethod(MethodTree method, Void nothing) {
                        if (method.getParameters().isEmpty() && GETTER.matcher(method.getName()).matches()) {
                            breaches.add(file.at(method), method.getName().toString());
                        }
                        return super.visitMethod(method, nothing);
                    }
                }.scan(file.unit(), null);
            }
        }
        breaches.assertNone();
    }
}
