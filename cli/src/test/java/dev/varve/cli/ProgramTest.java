// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.command.Command;
import dev.varve.cli.command.Program;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramTest {
    @Test
    void noCommand_listsTheCommandsAndFails() {
        Tool run = Tool.varve().expect(1);
        for (Command command : Program.varve().commands()) {
            assertTrue(run.out().contains("  " + command.syntax().name() + " "), run.out());
        }
    }

    @Test
    void unknownCommand_isRefusedWithTheNearest() {
        assertEquals("varve: unknown command 'convrt'; did you mean 'convert'?\n"
                + "Try 'varve --help' for more information\n", Tool.varve("convrt").expect(1).err());
    }

    @Test
    void unknownOption_isRefusedWithAWayToHelp() {
        assertEquals("varve: unknown option '--outptu' of map; did you mean '--output'?\n"
                + "Try 'varve map --help' for more information\n",
                Tool.varve("map", "--outptu=json", "x").expect(1).err());
    }

    @Test
    void helpOfEachCommand_namesEachOptionOffered() {
        for (Command command : Program.varve().commands()) {
            String name = command.syntax().name();
            String help = Tool.varve("help", name).expect(0).out();
            assertTrue(name.equals("demo") || help.equals(Tool.varve(name, "--help").expect(0).out()), help);
            command.syntax().options().forEach(option -> assertEquals(option.offered(),
                    help.lines().anyMatch(line -> line.startsWith("  ") && line.contains(option.display())), help));
        }
    }

    @Test
    void outputThatCannotBeWritten_fails() {
        PrintStream full = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no space left");
            }
        }, false, StandardCharsets.UTF_8);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(List.of("--help"), new ByteArrayInputStream(new byte[0]), full,
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertEquals(1, code);
        assertEquals("varve: could not write to standard output\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void missingFile_isOneLineThatNamesItOnce() {
        String err = Tool.varve("info", "/nonexistent/x.raw").expect(1).err();
        assertEquals(1, err.lines().count(), err);
        assertTrue(err.startsWith("varve: could not open '/nonexistent/x.raw': "), err);
        assertEquals(err.indexOf("/nonexistent"), err.lastIndexOf("/nonexistent"), err);
    }

    @Test
    void demo_isHandedAllItsOptions() {
        assertTrue(Tool.varve("demo", "--help").expect(0).out().contains("--layers N"));
        assertTrue(Tool.varve("demo", "--nonsense").code() != 0);
    }
}
