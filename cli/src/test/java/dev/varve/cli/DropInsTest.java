// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropInsTest {
    @ParameterizedTest
    @ValueSource(strings = {"qemu-img", "qemu-io"})
    void versionLine_readsAsThatOfQemu(String name) {
        String line = Tool.program(name, "", "--version").expect(0).out();
        assertTrue(line.matches(name + " version 7\\.\\d+\\.\\d+ \\(Varve .+\\)\n"), line);
    }

    @Test
    void messagesOfQemuImg_beginWithItsName() {
        String err = Tool.program("qemu-img", "", "info", "/nonexistent/x.raw").expect(1).err();
        assertTrue(err.startsWith("qemu-img: could not open '/nonexistent/x.raw': "), err);
    }

    @Test
    void messagesOfQemuIo_beginWithItsName() {
        assertTrue(Tool.program("qemu-io", "", "--nonsense").expect(1).err().startsWith("qemu-io: "));
    }

    @Test
    void failedCreation_isAnnouncedBeforeItsMessage(@TempDir Path folder) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(new BufferedOutputStream(both), false, StandardCharsets.UTF_8);
        int code = Main.run("qemu-img", List.of("create", "-f", "qcow2", "-o", "compat=0.42",
                folder.resolve("disk").toString(), "1M"), InputStream.nullInputStream(), out,
                new PrintStream(both, true, StandardCharsets.UTF_8));
        out.flush();
        String printed = both.toString(StandardCharsets.UTF_8);
        assertEquals(1, code, printed);
        assertTrue(printed.startsWith("Formatting ") && printed.contains("\nqemu-img: "), printed);
    }

    @Test
    void qemuIoWithoutCommands_promptsByItsName() {
        assertEquals("qemu-io> ", Tool.program("qemu-io", "quit\n").expect(0).out());
    }

    @Test
    void helpOfQemuIo_namesNoCommandOfIt() {
        String help = Tool.program("qemu-io", "", "--help").expect(0).out();
        assertTrue(help.startsWith("Usage: qemu-io [OPTIONS] [DISK]\n"), help);
    }
}
