// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ImageReference;
import dev.varve.runtime.registry.DriverRegistry;
import dev.varve.runtime.testing.FakeDriver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names mean what they mean to qemu-img. Skipped where it is not installed. */
class QemuNamesTest {
    private static final Pattern FULL_NAME = Pattern.compile("\"full-backing-filename\": \"([^\"]*)\"");

    private final DefinitionReader reader = new DefinitionReader(new DriverRegistry().behind(FakeDriver.usual()));

    @TempDir
    Path folder;

    @BeforeEach
    void findQemu() throws IOException {
        boolean found = List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
                .anyMatch(bin -> !bin.isEmpty() && Files.isExecutable(Path.of(bin, "qemu-img")));
        assumeTrue(found, "qemu-img is not on the path");
        Files.createDirectories(folder.resolve("sub"));
        for (String name : List.of("a.raw", "a,b.raw", "x:y.raw", "sub/x:y.raw")) {
            Files.write(folder.resolve(name), new byte[512]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.raw", "a,b.raw", "x:y.raw", "./x:y.raw", "file:x:y.raw", "file:a.raw", "file:./a.raw",
        "file://a.raw", "sub/x:y.raw", "file:sub/x:y.raw", ":a.raw", "a.raw:", "raw:a.raw", " json:{}", "nothing.raw",
        "file:file:a.raw"})
    void parseName_fileName_findsTheFileThatQemuFinds(String name) throws Exception {
        boolean opens = run("info", name) == 0;
        assertEquals(opens, filename(name).filter(file -> Files.exists(folder.resolve(file))).isPresent(), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"driver=raw,file.driver=file,file.filename=a,,b.raw", "file.filename=a.raw,driver=raw,",
        "driver=raw,file.filename=nothing,file.filename=a.raw", "driver=raw,file=a.raw,file.driver=file",
        "driver=raw,file.filename=a.raw,file=x", ",driver=raw,file.filename=a.raw",
        "driver=raw,,file.filename=a.raw", "driver=raw,file.filename=a.raw,read-only=maybe", "filename=a.raw",
        "driver=raw,file.filename=a.raw,discard=on", "driver=raw,file.filename=a.raw,discard=foo",
        "driver=raw,file.filename=a.raw,detect-zeroes=unmap", "driver=raw,file.filename=a.raw,detect-zeroes=foo",
        "driver=raw,file.filename=a.raw,detect-zeroes=unmap,discard=unmap", "driver=raw,file.filename=a.raw,sise=5",
        "driver=raw,file.filename=a.raw,node-name=9a", "driver=raw,file.filename=a.raw,cache.direct=5",
        "driver=raw,file.filename=a.raw,node-name=a", "driver=raw,file.filename=a.raw,file.nonsense=1",
        "driver=raw,file.driver=raw,file.file.filename=a.raw,cache.no-flush=on", "driver=raw", ""})
    void parseOptions_optionString_isTakenWhereQemuTakesIt(String options) throws Exception {
        boolean opens = run("info", "--image-opts", options) == 0;
        boolean taken;
        try {
            new Walk().check(reader.parseOptions(options));
            taken = true;
        } catch (BlockException e) {
            taken = false;
        }
        assertEquals(opens, taken, options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"a.raw\"}}",
        "{\"driver\":\"raw\",\"file.filename\":\"a.raw\"}", "{'driver':'raw','file':{'filename':'a.raw'}}",
        "{\"driver\":\"raw\",\"file\":{\"driver\":\"file\"},\"file.filename\":\"x:y.raw\"}", "[]", "5", "{}",
        "{\"driver\":\"raw\",\"file\":\"x\",\"file.filename\":\"a.raw\"}", " {\"driver\":\"raw\"}",
        "{\"driver\":\"raw\",\"driver\":\"raw\",\"file.filename\":\"a.raw\"}",
        "{\"driver\":\"raw\",\"file\":{\"filename\":\"a.raw\"}} x", "{\"driver\":\"raw\",\"file.filename\":\"a.raw\"",
        "{\"driver\":\"raw\",\"read-only\":\"on\",\"cache\":{\"direct\":false},\"file.filename\":\"a.raw\"}"})
    void parseName_json_isTakenWhereQemuTakesIt(String json) throws Exception {
        boolean opens = run("info", "json:" + json) == 0;
        boolean taken;
        try {
            new Walk().check(reader.parseName("json:" + json));
            taken = true;
        } catch (BlockException e) {
            taken = false;
        }
        assertEquals(opens, taken, json);
    }

    @Test
    void resolve_backingNames_areWhatQemuResolves() throws Exception {
        for (String image : List.of("top", "sub/top", "./sub/top", folder.resolve("sub/top").toString())) {
            for (String name : List.of("base", "../base", "./base", "sub/x:y", "/abs/base", "file:base", "x:base",
                    "null-co://")) {
                assertEquals(0, run("create", "-q", "-u", "-f", "qcow2", "-b", name, "-F", "raw", image, "1M"));
                String ours = DefinitionReader.resolve(new ImageReference(name, Optional.of("raw")), image).name();
                assertEquals(qemuResolved(image), ours, name + " in " + image);
            }
        }
    }

    private String qemuResolved(String image) throws Exception {
        Matcher full = FULL_NAME.matcher(output("info", "--output", "json", image));
        return full.find() ? full.group(1) : "nothing";
    }

    private Optional<String> filename(String name) {
        try {
            return reader.parseName(name).options().get("file") instanceof Map<?, ?> file
                    ? Optional.of(String.valueOf(file.get("filename"))) : Optional.empty();
        } catch (BlockException e) {
            return Optional.empty();
        }
    }

    private int run(String... arguments) throws Exception {
        Process process = start(arguments);
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }

    private String output(String... arguments) throws Exception {
        Process process = start(arguments);
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    }
}
