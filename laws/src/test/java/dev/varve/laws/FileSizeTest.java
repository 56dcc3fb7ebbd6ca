// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file has at most 450 lines. */
class FileSizeTest {
    private static final int CEILING = 450;

    @Test
    void noFileIsLongerThanTheCeiling() {
        Breaches breaches = new Breaches("a file has at most " + CEILING + " lines");
        List<Long> sizes = new ArrayList<>();
        for (SourceFile file : SourceTree.files()) {
            // The text ends with a line feed, after which there is no line.
            long lines = file.lines().size() - 1L;
            if (lines > CEILING) {
                breaches.add(file.path().toString(), lines + " lines");
            }
            if (file.main() && !file.isModuleInfo()) {
                sizes.add(lines);
            }
        }
        System.out.println(new Spread(sizes).summary("product files, lines"));
        breaches.assertNone();
    }
}
