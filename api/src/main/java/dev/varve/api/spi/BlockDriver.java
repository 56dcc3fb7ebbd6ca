// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Measurement;
import java.io.IOException;
import java.util.List;

/**
 * A factory for the nodes of one format, protocol or filter. Stateless; any thread may call. Found by
 * {@link java.util.ServiceLoader} or as an OSGi service.
 */
public interface BlockDriver {
    /**
     * The value of {@code driver=} that names it.
     *
     * @return QEMU's name where QEMU has the driver
     */
    String name();

    /**
     * What its nodes are.
     *
     * @return constant
     */
    NodeKind kind();

    /**
     * The options of an open node, without those that every node has.
     *
     * @return constant
     */
    OptionSchema options();

    /**
     * The options of creating an image.
     *
     * @return constant; empty where the driver creates nothing
     */
    default OptionSchema createOptions() {
        return OptionSchema.of("creating with driver '" + name() + "'");
    }

    /**
     * The options that {@link ImageOperations#amend} takes.
     *
     * @return constant; empty where nothing can be changed
     */
    default OptionSchema amendOptions() {
        return OptionSchema.of("amending format '" + name() + "'");
    }

    /**
     * The kinds of objects that its nodes share.
     *
     * @return constant; none, unless the driver knows any
     */
    default List<ObjectKind> objectKinds() {
        return List.of();
    }

    /**
     * Judges whether an image is of this format. Does no I/O.
     *
     * @param head the image's first bytes and name
     * @return {@link ProbeScore#NONE} for protocols and filters
     */
    default ProbeScore probe(ProbeHead head) {
        return ProbeScore.NONE;
    }

    /**
     * Opens a node.
     *
     * @param context the options, and the way to the children
     * @return the node; the runtime closes it
     * @throws IOException if it cannot be opened; what the driver opened itself is released, the children are the
     *         runtime's
     */
    BlockNode open(OpenContext context) throws IOException;

    /**
     * Creates an image. Formats lay an empty image out on {@link CreateContext#file}, which exists and has size 0 or
     * more; protocols create the file.
     *
     * @param context what to create
     * @throws IOException of kind UNSUPPORTED where the driver creates nothing; any other if it failed
     */
    default void create(CreateContext context) throws IOException {
        throw BlockException.unsupported("driver '" + name() + "' cannot create images");
    }

    /**
     * Tells how large an image would be.
     *
     * @param context what would be created
     * @return bytes
     * @throws IOException of kind UNSUPPORTED where the format cannot tell
     */
    default Measurement measure(MeasureContext context) throws IOException {
        throw BlockException.unsupported("format '" + name() + "' does not support size measurement");
    }
}
