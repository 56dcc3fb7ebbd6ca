// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A method has at most 50 lines and 8 parameters. */
class MethodSizeTest {
    private static final int LINES = 50;
    private static final int PARAMETERS = 8;

    private final Breaches breaches =
            new Breaches("a method has at most " + LINES + " lines and " + PARAMETERS + " parameters");
    private final List<Long> sizes = new ArrayList<>();

    @Test
    void noMethodIsLongerThanTheCeiling() {
        for (SourceFile file : SourceTree.files()) {
            new Methods(file).scan(file.unit(), null);
        }
        System.out.println(new Spread(sizes).summary("product methods, lines"));
        breaches.assertNone();
    }

    private final class Methods extends TreeScanner<Void, Void> {
        private final SourceFile file;

        private Methods(SourceFile file) {
            this.file = file;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            long lines = file.length(method);
            if (lines > LINES) {
                breaches.add(file.at(method), method.getName() + " has " + lines + " lines");
            }
            int parameters = method.getParameters().size();
            if (parameters > PARAMETERS) {
                breaches.add(file.at(method), method.getName() + " has " + parameters + " parameters");
            }
            if (file.main() && method.getBody() != null) {
                sizes.add(lines);
            }
            return super.visitMethod(method, nothing);
        }
    }
}
