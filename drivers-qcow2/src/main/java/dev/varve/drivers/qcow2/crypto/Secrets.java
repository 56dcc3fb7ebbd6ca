// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Where keys and passwords come from: {@code OpenContext::secret} or {@code CreateContext::secret}. */
@FunctionalInterface
public interface Secrets {
    /**
     * The bytes of a secret.
     *
     * @param id what an option names
     * @return a copy
     * @throws BlockException of kind NOT_FOUND that names it
     */
    byte[] find(String id) throws BlockException;

    /**
     * The bytes of a secret that is a passphrase.
     *
     * @param id what an option names
     * @return a copy, valid UTF-8
     * @throws BlockException of kind NOT_FOUND that names it, or INVALID_OPTION where it is not UTF-8
     */
    default byte[] passphrase(String id) throws BlockException {
        byte[] bytes = find(id);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw BlockException.invalidOption("Data from secret " + id + " is not valid UTF-8");
        }
        return bytes;
    }
}
