// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.luks;

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

class LuksConformanceTest extends FormatConformance {
    /** To make a volume takes a time that is meant to be long. */
    private static final Map<Long, SparseContent> MADE = new ConcurrentHashMap<>();

    @Override
    protected String format() {
        return "luks";
    }

    @Override
    protected SecretSource secrets() {
        return TestSecrets::find;
    }

    @Override
    protected Map<String, Object> createOptions() {
        return Map.of("key-secret", "first", "iter-time", 1L, "cipher-alg", "aes-128");
    }

    @Override
    protected NodeDefinition definition(NodeDefinition file) {
        return super.definition(file).with("key-secret", "first");
    }

    /** What was never written is whatever it decrypts to: the rules want to know what a new image holds. */
    @Override
    protected SparseContent newStorage(long size) throws IOException {
        SparseContent content = MADE.get(size);
        if (content == null) {
            content = super.newStorage(size);
            LuksImages.fillWithZeroes(content);
            MADE.put(size, content);
        }
        return content.copy();
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.GROWS_BY_ZEROES));
    }
}
