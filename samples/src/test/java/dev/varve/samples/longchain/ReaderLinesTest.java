// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.samples.longchain.figures.SomeFigures;
import dev.varve.samples.longchain.figures.VarveFigures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReaderLinesTest {
    @Test
    void parse_whatWasPrinted_isTheSame() throws IOException {
        VarveFigures figures = SomeFigures.chain(300).varve();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ReaderLines.print(figures, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(figures, ReaderLines.parse(lines));
    }

    @Test
    void parse_lineMissing_isAnErrorThatNamesIt() {
        IOException refused = assertThrows(IOException.class, () -> ReaderLines.parse(List.of("open 1.0 2.0")));
        assertEquals("the reader's line 'memory' has 0 values, not 3", refused.getMessage());
    }
}
