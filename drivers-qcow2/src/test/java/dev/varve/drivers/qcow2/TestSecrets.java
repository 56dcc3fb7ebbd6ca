// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The secrets of the tests, and how QEMU's tools are given them. */
public final class TestSecrets {
    private static final Map<String, String> TEXTS =
            Map.of("first", "correct horse", "second", "battery staple", "wrong", "incorrect horse");

    private TestSecrets() {
    }

    /** A secret, if there is one of that name. */
    public static Optional<byte[]> find(String id) {
        return Optional.ofNullable(TEXTS.get(id)).map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /** A secret. */
    public static byte[] of(String id) throws BlockException {
        return find(id).orElseThrow(() -> BlockException.noSecret(id));
    }

    /** The option {@code --object} with a secret. */
    public static String object(String id) {
        return "secret,id=" + id + ",data=" + TEXTS.get(id);
    }
}
