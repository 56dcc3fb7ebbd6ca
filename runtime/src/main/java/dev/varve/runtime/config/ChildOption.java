// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.NodeName;
import dev.varve.api.graph.NodeDefinition;

/** What a definition says of one child. */
public sealed interface ChildOption {
    /**
     * A node that is opened for this parent.
     *
     * @param definition its definition
     */
    record Nested(NodeDefinition definition) implements ChildOption {}

    /**
     * A node that is there already.
     *
     * @param node its name
     */
    record Named(NodeName node) implements ChildOption {}

    /** No child, whatever the image says: {@code null}, or an empty string as option strings write it. */
    record None() implements ChildOption {}
}
