// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.graph.NodeDefinition;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The rules for protocols: those for every driver, and those about being the storage of somebody. */
public abstract class ProtocolConformance extends DriverConformance {
    /** For subclasses. */
    protected ProtocolConformance() {
    }

    /**
     * Something that the protocol could open if it were there.
     *
     * @return its definition; empty where everything is there, as in memory
     */
    protected Optional<NodeDefinition> missing() {
        return Optional.empty();
    }

    private StorageRules rules() throws IOException {
        return new StorageRules(subject(newImage(imageSize())));
    }

    @Test
    final void nodeWrite_behindTheEnd_grows() throws IOException {
        rules().writeBehindTheEndGrows();
    }

    @Test
    final void readers_twoAtOnce_seeTheSame() throws IOException {
        rules().twoReadersSeeTheSame();
    }

    @Test
    final void missing_opened_isRefused() throws IOException {
        Assumptions.assumeTrue(missing().isPresent(), "nothing can be missing");
        rules().missingIsRefused(missing().orElseThrow());
    }
}
