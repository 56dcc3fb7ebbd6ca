// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.cli.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Definitions that are wrong: refused with option, value and what is allowed, by the library and by the command. */
class BadGraphIT {
    @TempDir
    private Path folder;

    private record BadGraph(String json, List<String> words) {
        @Override
        public String toString() {
            return json.length() < 150 ? json : json.substring(0, 150) + "...";
        }
    }

    @BeforeEach
    void makeImages() throws IOException {
        for (String name : List.of("disk.qcow2", "second.qcow2")) {
            BlockLayer.load().create(NewImage.of("qcow2", folder.resolve(name).toString(), 1 << 20));
        }
    }

    static Stream<BadGraph> graphs() {
        List<BadGraph> graphs = new ArrayList<>();
        optionsInto(graphs);
        valuesInto(graphs);
        nodesInto(graphs);
        permissionsInto(graphs);
        return graphs.stream();
    }

    private static void optionsInto(List<BadGraph> graphs) {
        add(graphs, "{'driver':'qcow2','file':{'driver':'file','filename':'%s/disk.qcow2'},'lazy-refcount':true}",
                "unknown option 'lazy-refcount' of driver 'qcow2'", "did you mean 'lazy-refcounts'");
        add(graphs, "{'driver':'qcow2','file':{'driver':'file','filename':'%s/disk.qcow2','lockin':'on'}}",
                "unknown option 'lockin' of driver 'file'", "did you mean 'locking'");
        add(graphs, "{'driver':'qcow2','read_only':true,'file':{'driver':'file','filename':'%s/disk.qcow2'}}",
                "unknown option 'read_only'", "did you mean 'read-only'");
        add(graphs, "{'driver':'qcow2','file.filname':'%s/disk.qcow2','file.driver':'file'}",
                "unknown option 'filname'", "did you mean 'filename'");
        add(graphs, "{'driver':'qcow2','flie':{'driver':'file','filename':'%s/disk.qcow2'}}", "unknown option 'flie'",
                "did you mean 'file'");
        add(graphs, "{'driver':'qcow2'}", "option 'file' of driver 'qcow2' is missing");
        add(graphs, "{'driver':'file'}", "option 'filename' of driver 'file' is missing");
        add(graphs, "{'driver':'raw','backing':null,'file':{'driver':'file','filename':'%s/disk.qcow2'}}",
                "unknown option 'backing' of driver 'raw'");
        add(graphs, "{'driver':'qcwo2','file':{'driver':'file','filename':'%s/disk.qcow2'}}", "unknown driver 'qcwo2'",
                "did you mean 'qcow2'", "installed are");
        add(graphs, "{'node-name':'a'}", "neither 'driver'");
        add(graphs, "{}", "neither 'driver'");
        add(graphs, "{'file':{'driver':'file','filename':'%s/disk.qcow2'}}", "'driver'", "disk.qcow2",
                "probing is off");
    }

    private static void valuesInto(List<BadGraph> graphs) {
        add(graphs, "{'driver':'qcow2','read-only':'maybe','file':{'driver':'file','filename':'%s/disk.qcow2'}}",
                "'read-only'", "maybe", "on", "off");
        add(graphs, "{'driver':'qcow2','read-only':1,'file':{'driver':'file','filename':'%s/disk.qcow2'}}",
                "'read-only'", "1");
        add(graphs, "{'driver':'qcow2','discard':'perhaps','file':{'driver':'file','filename':'%s/disk.qcow2'}}",
                "'discard'", "perhaps", "ignore", "unmap");
        add(graphs, "{'driver':'qcow2','discard':true,'file':{'driver':'file','filename':'%s/disk.qcow2'}}",
                "'discard'", "true");
        add(graphs, "{'driver':'qcow2','l2-cache-size':'much','file':{'driver':'file','filename':'%s/disk.qcow2'}}",
                "'l2-cache-size'", "much");
        add(graphs, "{'driver':'qcow2','l2-cache-size':-1,'file':{'driver':'file','filename':'%s/disk.qcow2'}}",
                "'l2-cache-size'", "-1");
        add(graphs, "{'driver':'qcow2','l2-cache-entry-size':1000,'file':{'driver':'file',"
                + "'filename':'%s/disk.qcow2'}}", "l2-cache-entry-size", "1000", "512");
        add(graphs, "{'driver':'raw','offset':9223372036854775807,'file':{'driver':'file',"
                + "'filename':'%s/disk.qcow2'}}", "'offset'", "9223372036854775807", "allowed is 0 to");
        add(graphs, "{'driver':'raw','size':100,'file':{'driver':'file','filename':'%s/disk.qcow2'}}", "'size'", "100",
                "multiple of 512");
        add(graphs, "{'driver':'raw','size':'1T','file':{'driver':'file','filename':'%s/disk.qcow2'}}", "'size'",
                "1099511627776", "allowed is 0 to");
        add(graphs, "{'driver':'qcow2','file':[1]}", "'file'");
        add(graphs, "{'driver':'qcow2','file':17}", "'file'", "17");
        add(graphs, "{'driver':'qcow2','file':null}", "'file'", "null");
        add(graphs, "{'driver':['qcow2']}", "'driver'", "[...]");
        add(graphs, "{'driver':'file','filename':{'a':1}}", "'filename'", "{...}");
        add(graphs, "{'driver':'file','filename':''}", "could not open ''");
        add(graphs, "{'driver':'file','filename':'%s'}", "%s", "is a directory");
        add(graphs, "{'driver':'qcow2','node-name':'#a','file':{'driver':'file','filename':'%s/disk.qcow2'}}",
                "node-name '#a'");
        add(graphs, "{'driver':'qcow2','node-name':'a b','file':{'driver':'file','filename':'%s/disk.qcow2'}}",
                "node-name", "a b");
        add(graphs, "{'driver':'qcow2','force-share':true,'file':{'driver':'file','filename':'%s/disk.qcow2'}}",
                "'force-share'", "read-only=on");
        add(graphs, "{'driver':'qcow2','detect-zeroes':'unmap','file':{'driver':'file',"
                + "'filename':'%s/disk.qcow2'}}", "'detect-zeroes'", "discard=unmap");
    }

    private static void nodesInto(List<BadGraph> graphs) {
        String file = "{'driver':'file','node-name':'f','filename':'%s/disk.qcow2'}";
        add(graphs, "[" + file + "," + file + "]", "node-name 'f' is in use already");
        add(graphs, "[" + file + ",{'driver':'qcow2','node-name':'f','file':'f'}]", "node-name 'f' is in use already");
        add(graphs, "[" + file + ",{'driver':'qcow2','file':'ff'}]", "there is no node 'ff'", "did you mean 'f'");
        add(graphs, "[{'driver':'qcow2','file':'f'}," + file + "]", "there is no node 'f'");
        add(graphs, "{'driver':'qcow2','node-name':'a','file':'a'}", "node 'a' cannot be below itself");
        add(graphs, "{'driver':'raw','node-name':'a','file':{'driver':'raw','file':'a'}}",
                "node 'a' cannot be below itself");
        add(graphs, "[" + file + ",{'driver':'qcow2','node-name':'a','file':'f','backing':'a'}]",
                "node 'a' cannot be below itself");
        add(graphs, "[" + file + ",{'driver':'qcow2','file':'f','backing':'nowhere'}]", "there is no node 'nowhere'");
        add(graphs, nested("raw", 5_000), "children are nested more than 64 deep");
        add(graphs, nested("qcow2", 100), "children are nested more than 64 deep");
        add(graphs, "{'driver':'qcow2','file':{'driver':'file','filename':'%s/disk.qcow2'},'backing':{'driver':'file',"
                + "'filename':'%s/gone'}}", "%s/gone", "No such file");
        add(graphs, "[", "line 1, column 2");
        add(graphs, "[" + file + ",", "line 1, column");
        add(graphs, "{'driver':'qcow2' 'file':1}", "line 1, column 19");
        add(graphs, "{'driver':'qcow2','driver':'raw'}", "line 1, column", "driver");
    }

    private static void permissionsInto(List<BadGraph> graphs) {
        String file = "{'driver':'file','node-name':'f','filename':'%s/disk.qcow2'}";
        add(graphs, "[" + file + ",{'driver':'qcow2','node-name':'a','file':'f'},"
                + "{'driver':'qcow2','node-name':'b','file':'f'}]", "'f'", "'a'", "'b'", "write");
        add(graphs, "[" + file + ",{'driver':'qcow2','node-name':'a','file':'f'},"
                + "{'driver':'qcow2','node-name':'b','read-only':true,'file':'f'}]", "'f'", "'a'", "'b'", "write");
        add(graphs, "[{'driver':'file','node-name':'f','filename':'%s/disk.qcow2','read-only':true},"
                + "{'driver':'qcow2','node-name':'a','file':'f'}]", "read-only");
        add(graphs, "[{'driver':'qcow2','node-name':'a','file':{'driver':'file','filename':'%s/disk.qcow2'}},"
                + "{'driver':'qcow2','node-name':'b','file':{'driver':'file','filename':'%s/disk.qcow2'}}]",
                "disk.qcow2", "lock", "is held by this process");
    }

    private static String nested(String driver, int times) {
        return ("{'driver':'" + driver + "','file':").repeat(times) + "{'driver':'null-co'}" + "}".repeat(times);
    }

    private static void add(List<BadGraph> graphs, String json, String... words) {
        graphs.add(new BadGraph(json.replace('\'', '"'), List.of(words)));
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void add_badGraph_isRefusedByName(BadGraph bad) throws IOException {
        String json = here(bad.json());
        BlockException refusal = Refusal.of(folder, () -> open(json));
        List<String> words = bad.words().stream().map(this::here).toList();
        Refusal.assertTells(refusal.getMessage(), words);
        Path file = Files.writeString(folder.resolve("graph.json"), json);
        Tool command = Tool.varve("io", "--graph", file, "-c", "length");
        assertEquals(1, command.code(), command::toString);
        Refusal.assertTells(command.err(), words);
        assertEquals(List.of(), OpenFiles.below(folder));
    }

    private String here(String text) {
        return text.replace("%s", folder.toString());
    }

    private static void open(String json) throws IOException {
        BlockLayer layer = BlockLayer.load();
        try (BlockGraph graph = layer.newGraph(GraphSettings.DEFAULT)) {
            NodeName last = null;
            for (NodeDefinition definition : layer.parseGraph(json)) {
                last = graph.add(definition);
            }
            graph.openBackend(last, Permissions.READ_WRITE).close();
        }
    }
}
