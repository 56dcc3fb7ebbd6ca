// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.NodeSettings.DetectZeroes;
import java.util.Set;

/**
 * The settings that one node has in the end.
 *
 * @param node what its driver and its edges are told
 * @param autoReadOnly whether it becomes read-only where it cannot be opened for writing
 */
public record EffectiveSettings(NodeSettings node, boolean autoReadOnly) {
    private static final EffectiveSettings DEFAULT = new EffectiveSettings(NodeSettings.DEFAULT, false);

    /**
     * The settings of a node without a parent that it would inherit from.
     *
     * @param own what its definition says
     * @return the settings
     * @throws BlockException of kind INVALID_OPTION where two of them contradict each other
     */
    public static EffectiveSettings root(GenericSettings own) throws BlockException {
        return own.equals(GenericSettings.NONE) ? DEFAULT : completed(own, DEFAULT);
    }

    /**
     * The settings of a child that is defined inside its parent (QEMU's {@code bdrv_inherited_options}): caching and
     * sharing as the parent; read-only as the parent, but backing files by default; discards are passed on by default
     * since the parent's edge has already judged them. What the child's definition says itself wins. A child that is
     * only named inherits nothing.
     *
     * @param roles what the child is for this node
     * @param own what its definition says
     * @return the settings
     * @throws BlockException of kind INVALID_OPTION where two of them contradict each other
     */
    public EffectiveSettings child(Set<ChildRole> roles, GenericSettings own) throws BlockException {
        boolean backing = roles.contains(ChildRole.COW);
        NodeSettings inherited = new NodeSettings(backing || node.readOnly(), node.forceShare(), node.cacheDirect(),
                node.cacheNoFlush(), true, DetectZeroes.OFF, node.chainCollapse());
        // The layers of a chain have the settings of the one above them mostly: then they share them.
        return completed(own, new EffectiveSettings(inherited.equals(node) ? node : inherited,
                !backing && autoReadOnly));
    }

    /**
     * Tells whether a child without {@code driver} is a protocol, or else an image whose format would be probed.
     *
     * @param parent what the parent is
     * @param parentIsProtocol what this said of the parent, false for a node without parent
     * @param roles what the child is for the parent
     * @return true for a protocol
     */
    public static boolean expectsProtocol(NodeKind parent, boolean parentIsProtocol, Set<ChildRole> roles) {
        if (roles.contains(ChildRole.METADATA)) {
            return true;
        }
        if (parent == NodeKind.FORMAT) {
            return !roles.contains(ChildRole.COW) || parentIsProtocol;
        }
        boolean probed = roles.contains(ChildRole.DATA) && !roles.contains(ChildRole.FILTERED);
        return !probed && parentIsProtocol;
    }

    private static EffectiveSettings completed(GenericSettings own, EffectiveSettings otherwise) throws BlockException {
        NodeSettings other = otherwise.node;
        NodeSettings settings = new NodeSettings(own.readOnly().orElse(other.readOnly()),
                own.forceShare().orElse(other.forceShare()), own.cacheDirect().orElse(other.cacheDirect()),
                own.cacheNoFlush().orElse(other.cacheNoFlush()), own.discardUnmap().orElse(other.discardUnmap()),
                own.detectZeroes().orElse(other.detectZeroes()),
                own.chainCollapse().orElse(other.chainCollapse()));
        if (settings.forceShare() && !settings.readOnly()) {
            throw BlockException.invalidOption("option 'force-share': value on needs read-only=on");
        }
        if (settings.detectZeroes() == DetectZeroes.UNMAP && !settings.discardUnmap()) {
            throw BlockException.invalidOption("option 'detect-zeroes': value unmap needs discard=unmap");
        }
        return new EffectiveSettings(settings.equals(other) ? other : settings,
                own.autoReadOnly().orElse(otherwise.autoReadOnly));
    }
}
