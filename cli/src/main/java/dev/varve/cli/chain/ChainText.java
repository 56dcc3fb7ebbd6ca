// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import dev.varve.cli.text.Count;
import dev.varve.cli.text.Decimal;
import dev.varve.cli.text.SizeText;
import dev.varve.cli.text.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A chain in words.
 *
 * @param disk the disk as the user named it
 * @param account what its layers are to it
 */
public record ChainText(String disk, ChainAccount account) {
    /**
     * A line a layer, and what they come to.
     *
     * @return lines, each ended
     */
    public String human() {
        TextTable table = new TextTable("rlrrrrrrl", "depth", "format", "virtual size", "file size", "owned", "share",
                "hidden", "in vain", "file");
        for (LayerAccount layer : account.layers()) {
            table.add(Integer.toString(layer.depth()), layer.node().driver(), SizeText.rounded(layer.node().size()),
                    size(layer.info().actualSize()), SizeText.rounded(layer.owned()), share(layer.owned()),
                    size(layer.hidden()), share(layer.inVain()), layer.name());
        }
        table.add("all", "", SizeText.rounded(account.size()), size(account.fileBytes()),
                SizeText.rounded(account.owned()), share(account.owned()), size(account.hidden()), "", disk);
        return table.text() + "\n" + summary() + "\n" + asked() + "\n"
                + "owned: what is visible of the layer; hidden: file size less what is visible and stored;\n"
                + "in vain: how much of the disk asks the layer without an index and finds nothing there.\n";
    }

    /** How much is owned by how many. */
    public String summary() {
        return Count.of(account.owners(), "layer") + " of " + account.layers().size() + " own "
                + share(account.owned()) + " of the disk, in " + Count.of(account.extents(), "extent")
                + "; no layer owns " + SizeText.rounded(account.unowned()) + " (" + share(account.unowned())
                + "), which reads as zeroes.";
    }

    /** What a read costs with and without an index. */
    public String asked() {
        return "Without an index a read asks " + Decimal.fixed(account.layersAsked(), 1)
                + " layers on average; with it one look and the owner's file.";
    }

    private String share(long bytes) {
        return Count.share(bytes, account.size());
    }

    private static String size(OptionalLong bytes) {
        return bytes.isPresent() ? SizeText.rounded(bytes.getAsLong()) : "unknown";
    }

    /**
     * The same for programs.
     *
     * @return an object
     */
    public Map<String, Object> json() {
        Map<String, Object> chain = new LinkedHashMap<>();
        chain.put("filename", disk);
        chain.put("virtual-size", account.size());
        account.fileBytes().ifPresent(bytes -> chain.put("actual-size", bytes));
        chain.put("owned", account.owned());
        chain.put("unowned", account.unowned());
        account.hidden().ifPresent(bytes -> chain.put("hidden", bytes));
        chain.put("extents", account.extents());
        chain.put("owners", account.owners());
        chain.put("layers-asked", account.layersAsked());
        List<Map<String, Object>> layers = new ArrayList<>();
        account.layers().forEach(layer -> layers.add(json(layer, account.size())));
        chain.put("layers", layers);
        return chain;
    }

    private static Map<String, Object> json(LayerAccount layer, long size) {
        Map<String, Object> member = new LinkedHashMap<>();
        member.put("depth", layer.depth());
        member.put("node-name", layer.node().name().value());
        member.put("filename", layer.node().filename());
        member.put("format", layer.node().driver());
        member.put("virtual-size", layer.node().size());
        layer.info().actualSize().ifPresent(bytes -> member.put("actual-size", bytes));
        member.put("owned", layer.owned());
        member.put("share", size == 0 ? 0.0 : (double) layer.owned() / size);
        member.put("stored", layer.stored());
        layer.hidden().ifPresent(bytes -> member.put("hidden", bytes));
        member.put("in-vain", layer.inVain());
        return member;
    }
}
