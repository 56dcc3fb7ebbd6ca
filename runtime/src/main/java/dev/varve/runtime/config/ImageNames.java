// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ImageReference;
import dev.varve.api.graph.NodeDefinition;
import java.nio.file.Path;

/** Names found in images. */
public final class ImageNames {
    private ImageNames() {
    }

    /** A definition. */
    public static NodeDefinition resolve(ImageReference found, String overlay) throws BlockException {
        NodeDefinition definition = DefinitionReader.parseName(resolved(found, overlay).name());
        return found.format().isPresent() ? definition.with("driver", found.format().get()) : definition;
    }

    /** A name. */
    public static ImageReference resolved(ImageReference found, String overlay) {
        Path folder = Path.of(overlay).getParent();
        return folder == null ? found : new ImageReference(folder.resolve(found.name()).toString(), found.format());
    }
}
