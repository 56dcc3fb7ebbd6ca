// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ImageReference;
import dev.varve.runtime.config.BackingNames;
import dev.varve.runtime.config.DefinitionReader;
import java.io.IOException;
import java.util.Optional;

/** The name under which a layer is to have another one as its backing file. Under the change lock. */
final class NameOfBase {
    private NameOfBase() {
    }

    /**
     * How the top is to name the base: as the layer above the base names it, if that name leads to it, else by the name
     * that opened it. Empty where the base has no name and the top needs none, as it holds none now.
     */
    static Optional<ImageReference> of(NodeHandle top, NodeHandle aboveBase, NodeHandle base,
            Optional<String> given) throws IOException {
        Optional<String> format = Optional.of(base.driver().name());
        if (given.isPresent()) {
            return Optional.of(new ImageReference(given.get(), format));
        }
        Optional<String> stated = stated(top, aboveBase, base);
        if (stated.isPresent()) {
            return Optional.of(new ImageReference(stated.get(), format));
        }
        if (!base.filename().isEmpty()) {
            return Optional.of(new ImageReference(BackingNames.moved(base.filename(), "", top.filename()), format));
        }
        if (top.node().info().backing().isPresent()) {
            throw BlockException.invalidOption("node '" + base.name() + "' has no file name that the image of node '"
                    + top.name() + "' could hold; give one (backing-file)");
        }
        return Optional.empty();
    }

    private static Optional<String> stated(NodeHandle top, NodeHandle aboveBase, NodeHandle base)
            throws IOException {
        Optional<ImageReference> found = aboveBase.node().info().backing();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String name = found.get().name();
        if (BackingNames.isDefinition(name)) {
            boolean names = !base.filename().isEmpty() && name.contains(base.filename());
            return names || base.filename().isEmpty() ? Optional.of(name) : Optional.empty();
        }
        String resolved = DefinitionReader.resolve(found.get(), aboveBase.filename()).name();
        FileIdentity identity = new FileIdentity();
        return identity.of(resolved).equals(identity.of(base.filename()))
                ? Optional.of(BackingNames.moved(name, aboveBase.filename(), top.filename())) : Optional.empty();
    }
}
