// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceReference;

/** The commands, through Gogo. */
class ShellIT {
    private Platform platform;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        List<String> names = new ArrayList<>(Platform.USUAL);
        names.add("org.apache.felix.gogo.runtime");
        names.add("varve-shell");
        platform = Platform.with(folder.resolve("framework"), names);
        platform.configure("vm", Map.of("graph", "{\"driver\": \"copy-on-read\", \"node-name\": \"top\", \"file\": "
                + "{\"driver\": \"memory\", \"node-name\": \"store\", \"size\": 1048576}}"));
        platform.await("vm", "open", "");
        platform.configure("waits", Map.of("graph", "{\"driver\": \"vdi\", \"file\": \"store\"}"));
        platform.await("waits", "waiting", "");
    }

    @AfterEach
    void stop() throws Exception {
        platform.close();
    }

    /** Runs a line in a session of its own; what it returns, as Gogo prints it. */
    private String run(String line) throws Exception {
        ServiceReference<?> reference =
                platform.context().getServiceReference("org.apache.felix.service.command.CommandProcessor");
        Object processor = platform.context().getService(reference);
        ClassLoader shell = processor.getClass().getClassLoader();
        Class<?> processors = shell.loadClass("org.apache.felix.service.command.CommandProcessor");
        Class<?> sessions = shell.loadClass("org.apache.felix.service.command.CommandSession");
        Method create = processors.getMethod("createSession", InputStream.class, OutputStream.class,
                OutputStream.class);
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Object session = create.invoke(processor, new ByteArrayInputStream(new byte[0]), nowhere, nowhere);
        Object result = sessions.getMethod("execute", CharSequence.class).invoke(session, line);
        sessions.getMethod("close").invoke(session);
        return String.valueOf(result);
    }

    private static List<String> words(String line) {
        return Stream.of(line.strip().split("\\s+")).toList();
    }

    @Test
    void graph_withoutName_listsThoseThatWaitToo() throws Exception {
        List<String> lines = run("varve:graph").lines().toList();
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith("vm "), lines::toString);
        assertTrue(lines.get(1).contains("waiting") && lines.get(1).contains("driver 'vdi'"), lines::toString);
    }

    @Test
    void graph_ofAName_isATreeOfItsNodes() throws Exception {
        assertEquals("""
                vm: it is open with the disks top
                  top (copy-on-read)
                    file -> store (memory)""", run("varve:graph vm"));
    }

    @Test
    void graph_unknownName_isSaid() throws Exception {
        assertEquals("no graph is named 'none'", run("varve:graph none"));
    }

    @Test
    void nodes_ofAGraph_haveALineEach() throws Exception {
        List<String> lines = run("varve:nodes vm").lines().toList();
        assertEquals(List.of("vm", "top", "copy-on-read", "1048576", "rw"), words(lines.get(1)).subList(0, 5));
        assertEquals(List.of("vm", "store", "memory", "1048576"), words(lines.get(2)).subList(0, 4));
    }

    @Test
    void stats_afterRequests_countThem() throws Exception {
        long before = Long.parseLong(words(run("varve:stats vm").lines().toList().get(1)).get(1));
        Platform.read(platform.disk("vm"), 0);
        Platform.read(platform.disk("vm"), 1);
        assertEquals(before + 2, Long.parseLong(words(run("varve:stats").lines().toList().get(1)).get(1)));
    }
}
