// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.samples.longchain.figures.ReadFigures;
import dev.varve.samples.longchain.figures.SomeFigures;
import dev.varve.samples.longchain.figures.StreamFigures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FigureLinesTest {
    private static List<String> printed(Consumer<PrintStream> print) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        print.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void parseRead_whatWasPrinted_isTheSame() throws IOException {
        ReadFigures figures = SomeFigures.chain(300).varve().read();
        assertEquals(figures, FigureLines.parseRead(printed(out -> FigureLines.print(figures, out))));
    }

    @Test
    void parseStream_whatWasPrinted_isTheSame() throws IOException {
        StreamFigures figures = SomeFigures.chain(300).varve().stream();
        assertEquals(figures, FigureLines.parseStream(printed(out -> FigureLines.print(figures, out))));
    }

    @Test
    void parse_lineMissing_isAnErrorThatNamesIt() {
        IOException refused = assertThrows(IOException.class, () -> FigureLines.parseRead(List.of("open 1.0 2.0")));
        assertEquals("the process's line 'memory' has 0 values, not 3", refused.getMessage());
    }
}
