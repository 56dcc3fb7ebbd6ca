// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** How the text of a source file looks. */
class TextTest {
    private static final int COLUMNS = 120;
    private static final String LICENCE = "// SPDX-License-Identifier: Apache-2.0";
    // In two pieces, or the law would find itself.
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    @Test
    void linesAreShortPlainAsciiWithoutTabsOrTrailingBlanks() {
        Breaches breaches = new Breaches("at most " + COLUMNS + " ASCII characters, no tab, no trailing blank");
        for (SourceFile file : SourceTree.files()) {
            for (int i = 0; i < file.lines().size(); i++) {
                String fault = fault(file.lines().get(i));
                if (!fault.isEmpty()) {
                    breaches.add(file.at(i + 1L), fault);
                }
            }
        }
        breaches.assertNone();
    }

    private static String fault(String line) {
        if (line.length() > COLUMNS) {
            return line.length() + " columns";
        }
        if (line.endsWith(" ")) {
            return "trailing blank";
        }
        // Tabs and carriage returns are among them.
        return line.chars().allMatch(c -> c >= ' ' && c <= '~') ? "" : "a tab, or not printable ASCII";
    }

    @Test
    void theFirstLineIsTheLicence() {
        Breaches breaches = new Breaches("the first line is: " + LICENCE);
        for (SourceFile file : SourceTree.files()) {
            if (!file.lines().getFirst().equals(LICENCE)) {
                breaches.add(file.at(1), file.lines().getFirst());
            }
        }
        breaches.assertNone();
    }

    @Test
    void theFileEndsWithOneLineFeed() {
        Breaches breaches = new Breaches("a file ends with one line feed");
        for (SourceFile file : SourceTree.files()) {
            List<String> lines = file.lines();
            if (!lines.getLast().isEmpty() || lines.size() > 1 && lines.get(lines.size() - 2).isEmpty()) {
                breaches.add(file.at(lines.size()), "no line feed at the end, or more than one");
            }
        }
        breaches.assertNone();
    }

    @Test
    void nothingIsMarkedUnfinished() {
        Breaches breaches = new Breaches("unfinished work is an issue, not a comment");
        for (SourceFile file : SourceTree.files()) {
            for (int i = 0; i < file.lines().size(); i++) {
                if (UNFINISHED.matcher(file.lines().get(i)).find()) {
                    breaches.add(file.at(i + 1L), file.lines().get(i).strip());
                }
            }
        }
        breaches.assertNone();
    }
}
