// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);

    @Test
    void steps_areWrittenFromOnePercentOn() {
        Progress progress = new Progress(out, true, 1000);
        progress.add(0);
        progress.add(5);
        progress.add(495);
        progress.end();
        assertEquals("    (0.00/100%)\r    (50.00/100%)\r    (100.00/100%)\r\n",
                bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void hiddenProgress_writesNothing() {
        Progress progress = new Progress(out, false, 10);
        progress.add(10);
        progress.end();
        out.flush();
        assertEquals(0, bytes.size());
    }
}
