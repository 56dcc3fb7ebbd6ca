// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamCommandTest {
    @TempDir
    private Path folder;

    private Path base;
    private Path middle;
    private Path top;

    @BeforeEach
    void makeChain() throws IOException {
        Files.createDirectory(folder.resolve("day"));
        base = create("base.qcow2", "", 0x11, "0 300k");
        middle = create("day/middle.qcow2", "../base.qcow2", 0x22, "200k 300k");
        top = create("top.qcow2", "day/middle.qcow2", 0x33, "1000k 4k");
    }

    private Path create(String name, String backing, int pattern, String range) {
        Path image = folder.resolve(name);
        if (backing.isEmpty()) {
            Tool.varve("create", "-q", "-f", "qcow2", image, "2M").expect(0);
        } else {
            Tool.varve("create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", backing, image).expect(0);
        }
        Tool.varve("io", "-f", "qcow2", "-c", "write -P " + pattern + " " + range, image).expect(0);
        return image;
    }

    private byte[] content() throws IOException {
        Path raw = folder.resolve("content.raw");
        Tool.varve("convert", "-f", "qcow2", "-O", "raw", top, raw).expect(0);
        return Files.readAllBytes(raw);
    }

    private String info() {
        return Tool.varve("info", "--output=json", top).expect(0).out();
    }

    @Test
    void stream_leavesAnImageThatStandsAlone() throws IOException {
        byte[] before = content();
        Tool run = Tool.varve("stream", "-f", "qcow2", top).expect(0);
        assertTrue(run.out().startsWith("Streamed: 512 KiB copied, 2 MiB of 2 MiB dealt with"), run.out());
        Files.delete(middle);
        Files.delete(base);
        assertArrayEquals(before, content());
        assertTrue(!info().contains("backing"), this::info);
        Tool.varve("check", "-q", top).expect(0);
        assertTrue(Tool.varve("stream", top).expect(0).out().startsWith("Streamed: 0 bytes copied"));
    }

    @Test
    void base_isNamedAsSeenFromTheTop() throws IOException {
        byte[] before = content();
        Tool run = Tool.varve("stream", "--base", base, "--output", "json", top).expect(0);
        assertTrue(run.out().contains("\"completed\": true"), run.out());
        assertTrue(info().contains("\"backing-filename\": \"base.qcow2\""), this::info);
        assertTrue(info().contains("\"backing-filename-format\": \"qcow2\""), this::info);
        Files.delete(middle);
        assertArrayEquals(before, content());
    }

    @Test
    void base_mayBeNamedAsInTheImage_andWrittenUnderAnotherName() {
        assertEquals("", Tool.varve("stream", "-q", "--base", "base.qcow2", "--backing-file", "./base.qcow2", top)
                .expect(0).out());
        assertTrue(info().contains("\"backing-filename\": \"./base.qcow2\""), this::info);
    }

    @Test
    void wrongBase_isRefused() {
        assertEquals("varve: '" + folder.resolve("content.raw") + "' is not in the chain of '" + top + "'\n",
                Tool.varve("stream", "--base", folder.resolve("content.raw"), top).expect(1).err());
        assertTrue(Tool.varve("stream", "--base", top, top).expect(1).err().contains("is not in the chain below"));
        assertTrue(Tool.varve("stream", "--backing-file", "x", top).expect(1).err().contains("needs --base"));
        assertTrue(info().contains("day/middle.qcow2"), this::info);
    }
}
