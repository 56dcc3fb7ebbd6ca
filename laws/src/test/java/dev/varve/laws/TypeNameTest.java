// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import com.sun.source.tree.ClassTree;
import com.sun.source.util.TreeScanner;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A type is named after what it is, not after how it is used or made. */
class TypeNameTest {
    private static final Pattern EMPTY_WORDS =
            Pattern.compile(".*(Util|Utils|Helper|Manager|Impl)|(Abstract|Base)([A-Z].*)?");

    @Test
    void noTypeNameHasAnEmptyWord() {
        Breaches breaches = new Breaches("no type name matches " + EMPTY_WORDS);
        for (SourceFile file : SourceTree.files()) {
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitClass(ClassTree type, Void nothing) {
                    if (EMPTY_WORDS.matcher(type.getSimpleName()).matches()) {
                        breaches.add(file.at(type), type.getSimpleName().toString());
                    }
                    return super.visitClass(type, nothing);
                }
            }.scan(file.unit(), null);
        }
        breaches.assertNone();
    }
}
