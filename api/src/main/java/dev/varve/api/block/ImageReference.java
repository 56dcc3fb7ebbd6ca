// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

import java.util.Optional;

/**
 * The name of another image as an image holds it.
 *
 * @param name a file name, a {@code json:} definition or a {@code driver:} name, as it stands in the image
 * @param format the driver the image states for it; empty means that it would have to be probed
 */
public record ImageReference(String name, Optional<String> format) {
    /** Rejects an empty name. */
    public ImageReference {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("empty image reference");
        }
    }
}
