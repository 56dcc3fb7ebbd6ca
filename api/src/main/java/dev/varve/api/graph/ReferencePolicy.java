// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;

/** Decides whether a name found inside an image may be opened. Any thread may call. */
@FunctionalInterface
public interface ReferencePolicy {
    /** Opens whatever an image names, as QEMU does. For images whose origin is trusted. */
    ReferencePolicy ALLOW = (image, reference) -> true;
    /** Opens nothing that only an image names; the configuration has to name each child. */
    ReferencePolicy DENY = (image, reference) -> false;

    /**
     * Decides on one name.
     *
     * @param image the node whose image holds the name
     * @param reference the name, with a relative file name resolved against the image's folder
     * @return true to open it
     */
    boolean allows(NodeName image, ImageReference reference);
}
