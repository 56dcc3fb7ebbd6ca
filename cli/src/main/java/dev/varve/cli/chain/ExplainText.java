// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import dev.varve.api.block.Extent;
import dev.varve.api.block.NodeName;
import dev.varve.cli.text.Count;
import dev.varve.cli.text.SizeText;
import dev.varve.cli.text.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Explained runs in words.
 *
 * @param runs in the order of the disk, at least one
 * @param files the file names of the disk's nodes
 */
public record ExplainText(List<ExplainedExtent> runs, Map<NodeName, String> files) {
    /** Copies the lists. */
    public ExplainText {
        runs = List.copyOf(runs);
        files = Map.copyOf(files);
    }

    /**
     * A line a run, and what they come to.
     *
     * @return lines, each ended
     */
    public String human() {
        TextTable table = new TextTable("rrrllrlllrl", "offset", "length", "depth", "node", "kind", "host offset",
                "host file", "now", "again", "without index", "layer's file");
        ReadEffort now = ReadEffort.NONE;
        ReadEffort again = ReadEffort.NONE;
        long without = 0;
        long bytes = 0;
        for (ExplainedExtent run : runs) {
            Extent extent = run.extent();
            table.add(hex(extent.offset()), hex(extent.bytes()), Integer.toString(extent.depth()),
                    extent.node().value(), ContentWord.of(extent).text(), hostOffset(extent), hostFile(extent),
                    run.now().text(), run.again().text(), Count.of(run.layersWithoutIndex(), "layer"),
                    fileOf(extent.node()));
            now = now.plus(run.now());
            again = again.plus(run.again());
            without += run.layersWithoutIndex();
            bytes += extent.bytes();
        }
        return table.text() + "\n" + Count.of(runs.size(), "extent") + ", " + SizeText.precise(bytes)
                + ". To find them a reader does now: " + looks(now) + "; again: " + looks(again)
                + "; without an index it asks " + Count.of(without, "layer") + ".\n";
    }

    private static String looks(ReadEffort effort) {
        StringBuilder text = new StringBuilder();
        String[] words = {"build", "hit", "walk"};
        long[] counts = {effort.builds(), effort.hits(), effort.walks()};
        for (int i = 0; i < words.length; i++) {
            if (counts[i] > 0) {
                text.append(text.isEmpty() ? "" : ", ").append(Count.of(counts[i], words[i]));
            }
        }
        return text.append(", asking ").append(Count.of(effort.layersAsked(), "layer")).toString();
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static String hostOffset(Extent extent) {
        return extent.location().isPresent() ? hex(extent.location().get().offset()) : "-";
    }

    /** The file where the bytes lie, where it is not the layer's own. */
    private String hostFile(Extent extent) {
        if (extent.location().isEmpty()) {
            return "-";
        }
        String file = fileOf(extent.location().get().node());
        return file.equals(fileOf(extent.node())) ? "same" : file;
    }

    private String fileOf(NodeName node) {
        String file = files.getOrDefault(node, "");
        return file.isEmpty() ? node.value() : file;
    }

    /**
     * The same for programs.
     *
     * @return an object for each run
     */
    public List<Map<String, Object>> json() {
        List<Map<String, Object>> members = new ArrayList<>();
        runs.forEach(run -> members.add(json(run)));
        return members;
    }

    private Map<String, Object> json(ExplainedExtent run) {
        Extent extent = run.extent();
        Map<String, Object> member = new LinkedHashMap<>();
        member.put("start", extent.offset());
        member.put("length", extent.bytes());
        member.put("depth", extent.depth());
        member.put("node-name", extent.node().value());
        member.put("filename", files.getOrDefault(extent.node(), ""));
        member.put("kind", ContentWord.of(extent).text().replace(' ', '-'));
        extent.location().ifPresent(location -> {
            member.put("host-offset", location.offset());
            member.put("host-node-name", location.node().value());
            member.put("host-filename", files.getOrDefault(location.node(), ""));
        });
        member.put("now", run.now().json());
        member.put("again", run.again().json());
        member.put("layers-without-index", run.layersWithoutIndex());
        return member;
    }
}
