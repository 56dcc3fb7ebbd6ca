// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a program.
 *
 * @param code its exit code
 * @param out what it printed
 * @param err its messages
 */
public record Tool(int code, String out, String err) {
    /** Runs varve in this process. */
    public static Tool varve(Object... words) {
        return varveReading("", words);
    }

    /** Runs varve in this process with something to read. */
    public static Tool varveReading(String input, Object... words) {
        return program("varve", input, words);
    }

    /** Runs one of the programs in this process with something to read. */
    public static Tool program(String name, String input, Object... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(name, texts(words), new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Tool(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Runs another program. */
    public static Tool run(Object... words) {
        try {
            java.nio.file.Path err = java.nio.file.Files.createTempFile("tool", ".err");
            try {
                Process process = new ProcessBuilder(texts(words)).redirectError(err.toFile()).start();
                process.getOutputStream().close();
                String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new Tool(process.waitFor(), out, java.nio.file.Files.readString(err));
            } finally {
                java.nio.file.Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> texts(Object... words) {
        List<String> texts = new ArrayList<>();
        for (Object word : words) {
            texts.add(word.toString());
        }
        return texts;
    }

    /** Demands an exit code. */
    public Tool expect(int expected) {
        assertEquals(expected, code, () -> out + err);
        return this;
    }
}
