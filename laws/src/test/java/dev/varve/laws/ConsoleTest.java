// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import com.sun.source.tree.MemberSelectTree;
import com.sun.source.util.TreeScanner;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A library neither prints nor ends the process. */
class ConsoleTest {
    private static final Set<String> FORBIDDEN = Set.of("System.out", "System.err", "System.exit");
    // Programs, and this module, which prints the figures of its laws.
    private static final Set<String> PROGRAMS = Set.of("cli", "samples", "benchmarks", "laws");

    @Test
    void onlyProgramsUseTheConsole() {
        Breaches breaches = new Breaches("no " + FORBIDDEN + " outside " + PROGRAMS);
        for (SourceFile file : SourceTree.files()) {
            if (!PROGRAMS.contains(file.module())) {
                new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitMemberSelect(MemberSelectTree select, Void nothing) {
                        if (FORBIDDEN.contains(select.toString().replace("java.lang.", ""))) {
                            breaches.add(file.at(select), select.toString());
                        }
                        return super.visitMemberSelect(select, nothing);
                    }
                }.scan(file.unit(), null);
            }
        }
        breaches.assertNone();
    }
}
