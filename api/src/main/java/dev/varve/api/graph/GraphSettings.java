// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.OpenPurpose;
import dev.varve.api.spi.BlockDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a graph treats what it is given.
 *
 * @param references which names found inside images may be opened
 * @param probing whether the format of an image whose driver nobody states is found out from its first bytes; a raw
 *        image found that way is never writable
 * @param drivers drivers of this graph alone, before those that are installed
 * @param chainCollapse whether frozen chains are read through an index; a node can refuse for itself
 * @param secrets where drivers find keys and passwords
 * @param purpose what the images are opened for
 * @param messages receives lines that a person should read; called from any thread, also during requests
 */
public record GraphSettings(ReferencePolicy references, boolean probing, List<BlockDriver> drivers,
        boolean chainCollapse, SecretSource secrets, OpenPurpose purpose, Consumer<String> messages) {
    /** Opens what images name, as QEMU does, probes nothing and collapses chains. */
    public static final GraphSettings DEFAULT = new GraphSettings(ReferencePolicy.ALLOW, false, List.of(), true,
            SecretSource.NONE, OpenPurpose.CONTENT, line -> { });

    /** Copies the list. */
    public GraphSettings {
        drivers = List.copyOf(drivers);
    }

    /**
     * These settings with another reference policy.
     *
     * @param policy which names found inside images may be opened
     * @return new settings
     */
    public GraphSettings withReferences(ReferencePolicy policy) {
        return new GraphSettings(policy, probing, drivers, chainCollapse, secrets, purpose, messages);
    }

    /**
     * These settings with probing.
     *
     * @return new settings
     */
    public GraphSettings withProbing() {
        return new GraphSettings(references, true, drivers, chainCollapse, secrets, purpose, messages);
    }

    /**
     * These settings with a driver more.
     *
     * @param driver a driver of this graph alone
     * @return new settings
     */
    public GraphSettings withDriver(BlockDriver driver) {
        List<BlockDriver> more = new ArrayList<>(drivers);
        more.add(driver);
        return new GraphSettings(references, probing, more, chainCollapse, secrets, purpose, messages);
    }

    /**
     * These settings with every chain read layer by layer, as {@code chain-collapse=off} does for one.
     *
     * @return new settings
     */
    public GraphSettings withoutChainCollapse() {
        return new GraphSettings(references, probing, drivers, false, secrets, purpose, messages);
    }

    /**
     * These settings with other secrets.
     *
     * @param source where drivers find keys and passwords
     * @return new settings
     */
    public GraphSettings withSecrets(SecretSource source) {
        return new GraphSettings(references, probing, drivers, chainCollapse, source, purpose, messages);
    }

    /**
     * These settings with another purpose.
     *
     * @param what the images are opened for
     * @return new settings
     */
    public GraphSettings withPurpose(OpenPurpose what) {
        return new GraphSettings(references, probing, drivers, chainCollapse, secrets, what, messages);
    }

    /**
     * These settings with somebody who reads messages.
     *
     * @param reader receives lines that a person should read; called from any thread, also during requests
     * @return new settings
     */
    public GraphSettings withMessages(Consumer<String> reader) {
        return new GraphSettings(references, probing, drivers, chainCollapse, secrets, purpose, reader);
    }
}
