// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
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
    void qemuIoWithoutCommands_promptsByItsName() {
        assertEquals("qemu-io> ", Tool.program("qemu-io", "quit\n").expect(0).out());
    }

    @Test
    void helpOfQemuIo_namesNoCommandOfIt() {
        String help = Tool.program("qemu-io", "", "--help").expect(0).out();
        assertTrue(help.startsWith("Usage: qemu-io [OPTIONS] [DISK]\n"), help);
    }
}
