// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.http;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.ProtocolConformance;
import dev.varve.conformance.Trait;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

class HttpConformanceTest extends ProtocolConformance {
    private LoopbackServer server;

    @Override
    protected byte[] initialContent(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    @Override
    protected NodeDefinition newImage(long size) throws IOException {
        server = new LoopbackServer(initialContent((int) size));
        return new NodeDefinition(Map.of("driver", "http", "url", server.url("/disk")));
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.of(Trait.OPENS_READ_ONLY, Trait.STORES, Trait.PERSISTS);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }
}
