// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.encryption;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.SecretSource;
import dev.varve.conformance.FormatConformance;
import dev.varve.conformance.Trait;
import dev.varve.conformance.device.SparseContent;
import dev.varve.drivers.qcow2.TestSecrets;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

class LuksInQcow2ConformanceTest extends FormatConformance {
    /** To make a key slot takes a time that is meant to be long. */
    private static final Map<Long, SparseContent> MADE = new ConcurrentHashMap<>();

    @Override
    protected String format() {
        return "qcow2";
    }

    @Override
    protected SecretSource secrets() {
        return TestSecrets::find;
    }

    @Override
    protected Map<String, Object> createOptions() {
        return Map.of("encrypt.format", "luks", "encrypt.key-secret", "first", "encrypt.iter-time", 1L,
                "encrypt.cipher-alg", "aes-128", "cluster_size", 4096L);
    }

    @Override
    protected NodeDefinition definition(NodeDefinition file) {
        return super.definition(file).with("encrypt.key-secret", "first");
    }

    @Override
    protected SparseContent newStorage(long size) throws IOException {
        SparseContent content = MADE.get(size);
        if (content == null) {
            content = super.newStorage(size);
            MADE.put(size, content);
        }
        return content.copy();
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.allOf(Trait.class);
    }
}
