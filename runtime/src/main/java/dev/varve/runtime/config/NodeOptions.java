// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.NodeSettings.DetectZeroes;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A definition taken apart. */
public final class NodeOptions {
    /** The option that names the driver. */
    public static final String DRIVER = "driver";
    private static final OptionSchema GENERIC = OptionSchema.of("every node",
            OptionSpec.optional(DRIVER, OptionType.TEXT, "driver"),
            OptionSpec.optional("node-name", OptionType.TEXT, "name"),
            OptionSpec.optional("read-only", OptionType.FLAG, "read-only"),
            OptionSpec.optional("auto-read-only", OptionType.FLAG, "auto-read-only"),
            OptionSpec.optional("force-share", OptionType.FLAG, "force-share"),
            OptionSpec.optional("cache.direct", OptionType.FLAG, "direct"),
            OptionSpec.optional("cache.no-flush", OptionType.FLAG, "no-flush"),
            OptionSpec.optional("discard", new OptionType.Choice(List.of("ignore", "unmap", "off", "on")), "discard"),
            OptionSpec.optional("detect-zeroes", new OptionType.Choice(List.of("off", "on", "unmap")), "zeroes"));

    private final NodeDefinition definition;
    private final Options generic;
    private final Options driver;

    private NodeOptions(NodeDefinition definition, Options generic, Options driver) {
        this.definition = definition;
        this.generic = generic;
        this.driver = driver;
    }

    /**
     * Takes a definition apart.
     *
     * @param definition of a node
     * @param driver its driver
     * @return the parts
     * @throws BlockException for a wrong option
     */
    public static NodeOptions split(NodeDefinition definition, BlockDriver driver) throws BlockException {
        Map<String, Object> own = new LinkedHashMap<>(definition.options());
        own.keySet().removeIf(name -> GENERIC.find(name).isPresent());
        return new NodeOptions(definition, generic(definition), driver.options().read(own));
    }

    private static Options generic(NodeDefinition definition) throws BlockException {
        Map<String, Object> some = new LinkedHashMap<>(definition.options());
        some.keySet().removeIf(name -> GENERIC.find(name).isEmpty());
        return GENERIC.read(some);
    }

    /**
     * The settings of a node.
     *
     * @param definition of the node
     * @param inherited from its parent
     * @return settings
     * @throws BlockException for a wrong option
     */
    public static NodeSettings settings(NodeDefinition definition, Optional<NodeSettings> inherited)
            throws BlockException {
        NodeSettings base = inherited.orElse(NodeSettings.DEFAULT);
        Options own = generic(definition);
        boolean unmap = own.has("discard") ? List.of("unmap", "on").contains(own.text("discard"))
                : base.discardUnmap();
        return new NodeSettings(flag(own, "read-only", base.readOnly()), flag(own, "force-share", base.forceShare()),
                flag(own, "cache.direct", base.cacheDirect()), flag(own, "cache.no-flush", base.cacheNoFlush()), unmap,
                own.has("detect-zeroes") ? DetectZeroes.valueOf(own.text("detect-zeroes").toUpperCase(Locale.ROOT))
                        : base.detectZeroes());
    }

    private static boolean flag(Options own, String name, boolean otherwise) {
        return own.has(name) ? own.flag(name) : otherwise;
    }

    /** Of a storage child. */
    public static NodeSettings forStorage(NodeSettings of) {
        return new NodeSettings(of.readOnly(), of.forceShare(), of.cacheDirect(), of.cacheNoFlush(), true,
                DetectZeroes.OFF);
    }

    /** Of a filtered child. */
    public static NodeSettings forFiltered(NodeSettings of) {
        return forStorage(of);
    }

    /** Of a backing file. */
    public static NodeSettings forBacking(NodeSettings of) {
        return new NodeSettings(true, of.forceShare(), of.cacheDirect(), of.cacheNoFlush(), false, DetectZeroes.OFF);
    }

    /** Read-only. */
    public static NodeSettings readOnly(NodeSettings of) {
        return new NodeSettings(true, of.forceShare(), of.cacheDirect(), of.cacheNoFlush(), of.discardUnmap(),
                of.detectZeroes());
    }

    /** Whether. */
    public boolean autoReadOnly() {
        return flag(generic, "auto-read-only", false);
    }

    /** The name. */
    public Optional<NodeName> nodeName() {
        return generic.has("node-name") ? Optional.of(new NodeName(generic.text("node-name"))) : Optional.empty();
    }

    /** The file name. */
    public Optional<String> filename() {
        return definition.options().get("filename") instanceof String name ? Optional.of(name) : Optional.empty();
    }

    /** The driver's. */
    public Options driverOptions() {
        return driver;
    }

    /** Whether. */
    public boolean hasChild(String name) {
        return definition.options().containsKey(name);
    }

    /** A child. */
    public ChildSource child(String name) throws BlockException {
        return ChildSource.in(definition, name);
    }
}
