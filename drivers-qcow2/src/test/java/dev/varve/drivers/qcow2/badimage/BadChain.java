// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import dev.varve.drivers.qcow2.testimage.GoodImage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Files and a graph definition that cannot be opened.
 *
 * @param name what is wrong
 * @param files their content by name
 * @param definition JSON: the object or array of definitions
 * @param message must be found in the message
 */
public record BadChain(String name, Map<String, byte[]> files, String definition, Pattern message) {
    private static final String TOP = "{'driver':'qcow2','read-only':true,"
            + "'file':{'driver':'file','filename':'a'}}";

    @Override
    public String toString() {
        return name;
    }

    /** Every one. */
    public static List<BadChain> all() {
        List<BadChain> chains = new ArrayList<>();
        addLoops(chains);
        addMissing(chains);
        addFormats(chains);
        addNames(chains);
        addDefinitions(chains);
        return List.copyOf(chains);
    }

    private static void addLoops(List<BadChain> chains) {
        add(chains, "a names itself", Map.of("a", overlay("a", "qcow2")), "'a'.*loop|loop.*'a'");
        add(chains, "a names b names a", Map.of("a", overlay("b", "qcow2"), "b", overlay("a", "qcow2")),
                "'a'.*loop|loop.*'a'");
        add(chains, "a names b names c names b", Map.of("a", overlay("b", "qcow2"), "b", overlay("c", "qcow2"), "c",
                overlay("b", "qcow2")), "'b'.*loop|loop.*'b'");
        Map<String, byte[]> ring = new LinkedHashMap<>();
        for (int i = 0; i < 500; i++) {
            ring.put(i == 0 ? "a" : "l" + i, overlay(i == 499 ? "l1" : "l" + (i + 1), "qcow2"));
        }
        add(chains, "a ring of 499 below a", ring, "'l1'.*loop|loop.*'l1'");
    }

    private static void addMissing(List<BadChain> chains) {
        add(chains, "no file", Map.of(), "could not open 'a': no such file");
        add(chains, "no backing file", Map.of("a", overlay("b", "qcow2")), "could not open 'b': no such file");
        add(chains, "no backing file of the backing file", Map.of("a", overlay("b", "qcow2"), "b",
                overlay("c", "qcow2")), "could not open 'c': no such file");
        add(chains, "empty backing file", Map.of("a", overlay("b", "qcow2"), "b", new byte[0]),
                "bytes of the file for a qcow2 header is 0, allowed is 72 to");
        byte[] bad = overlay("c", "qcow2");
        bad[23] = 30;
        add(chains, "backing file with bad cluster_bits", Map.of("a", overlay("b", "qcow2"), "b", bad),
                "cluster_bits is 30, allowed is 9 to 21");
    }

    private static void addFormats(List<BadChain> chains) {
        byte[] raw = "not a qcow2 image, only some text that is long enough to be taken for the header of one".getBytes(
                StandardCharsets.US_ASCII);
        add(chains, "backing format that nobody knows", Map.of("a", overlay("b", "qcow9"), "b", overlay("c", "qcow2")),
                "unknown driver 'qcow9'");
        add(chains, "backing format qcow2 of something else", Map.of("a", overlay("b", "qcow2"), "b", raw),
                "magic is 0x6e6f7420, allowed is 0x514649fb");
        add(chains, "backing file without a format", Map.of("a", new GoodImage(3, 12, 4, 1 << 20).data(0, 1)
                .backing("b", "").bytes(), "b", raw), "'b'.*(format|driver)");
    }

    private static void addNames(List<BadChain> chains) {
        for (String name : List.of("frob:b", "nbd://localhost/b", "json:{", "json:[]", "json:{}", "json:5")) {
            add(chains, "backing file " + name, Map.of("a", overlay(name, "qcow2")), ".");
        }
    }

    private static void addDefinitions(List<BadChain> chains) {
        Map<String, byte[]> files = Map.of("a", new GoodImage(3, 12, 4, 1 << 20).data(0, 1).bytes());
        String file = "'file':{'driver':'file','filename':'a'}";
        define(chains, "nothing", files, "", ".");
        define(chains, "a number", files, "5", "5");
        define(chains, "an array of numbers", files, "[1]", "1");
        define(chains, "not closed", files, "{'driver':'qcow2'", ".");
        define(chains, "something behind the end", files, "{'driver':'qcow2'," + file + "} x", "x");
        define(chains, "a key twice", files, "{'driver':'qcow2','driver':'raw'," + file + "}", "driver");
        define(chains, "no driver", files, "{" + file + "}", "driver");
        define(chains, "unknown driver", files, "{'driver':'qcow'," + file + "}", "unknown driver 'qcow'.*'qcow2'");
        define(chains, "no file", files, "{'driver':'qcow2'}", "'file'.*missing|missing.*'file'");
        define(chains, "unknown option", files, "{'driver':'qcow2','l2-cash-size':'1M'," + file + "}",
                "unknown option 'l2-cash-size' of driver 'qcow2'.*'l2-cache-size'");
        define(chains, "unknown option of a child", files, "{'driver':'qcow2','file':{'driver':'file','filname':'a'}}",
                "unknown option 'filname' of driver 'file'.*'filename'");
        define(chains, "number for a size", files, "{'driver':'qcow2','l2-cache-size':-1," + file + "}",
                "l2-cache-size.*-1");
        define(chains, "text for a size", files, "{'driver':'qcow2','l2-cache-size':'much'," + file + "}",
                "l2-cache-size.*'much'");
        define(chains, "text for a flag", files, "{'driver':'qcow2','lazy-refcounts':'maybe'," + file + "}",
                "lazy-refcounts.*maybe");
        define(chains, "number for a flag", files, "{'driver':'qcow2','read-only':7," + file + "}", "read-only.*7");
        define(chains, "number for a child", files, "{'driver':'qcow2','file':7}", "file.*7");
        define(chains, "child that does not exist", files, "{'driver':'qcow2','file':'f0'}", "'f0'");
        define(chains, "backing that does not exist", files, "{'driver':'qcow2','backing':'b0'," + file + "}", "'b0'");
        define(chains, "two nodes with one name", files, "[{'driver':'file','node-name':'f0','filename':'a'},"
                + "{'driver':'file','node-name':'f0','filename':'a'}]", "'f0'");
        define(chains, "bad node name", files, "{'driver':'qcow2','node-name':'#x y'," + file + "}", "#x y");
        define(chains, "nested 100,000 deep", files, "{'file':".repeat(100_000) + "1" + "}".repeat(100_000), ".");
        define(chains, "a number too large", files, "{'driver':'qcow2','l2-cache-size':1e400," + file + "}",
                "l2-cache-size|1e400");
    }

    private static byte[] overlay(String backing, String format) {
        return new GoodImage(3, 12, 4, 1 << 20).data(0, 1).backing(backing, format).bytes();
    }

    private static void add(List<BadChain> chains, String name, Map<String, byte[]> files, String message) {
        define(chains, name, files, TOP, message);
    }

    private static void define(List<BadChain> chains, String name, Map<String, byte[]> files, String definition,
            String message) {
        chains.add(new BadChain(name, files, definition.replace('\'', '"'), Pattern.compile(message)));
    }
}
