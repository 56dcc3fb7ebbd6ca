// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.graph;

import dev.varve.api.block.OpenPurpose;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NodeReport;
import dev.varve.api.spi.SharedObject;
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
 * @param watcher is told what nodes tell
 * @param objects what nodes share by their ids, such as throttle groups
 */
public record GraphSettings(ReferencePolicy references, boolean probing, List<BlockDriver> drivers,
        boolean chainCollapse, SecretSource secrets, OpenPurpose purpose, GraphWatcher watcher,
        List<SharedObject> objects) {
    /** Opens what images name, as QEMU does, probes nothing and collapses chains. */
    public static final GraphSettings DEFAULT = new GraphSettings(ReferencePolicy.ALLOW, false, List.of(), true,
            SecretSource.NONE, OpenPurpose.CONTENT, GraphWatcher.NONE,
            List.of());

    /** Copies the lists. */
    public GraphSettings {
        drivers = List.copyOf(drivers);
        objects = List.copyOf(objects);
    }

    /**
     * Who reads what a person should read.
     *
     * @return the watcher's
     */
    public Consumer<String> messages() {
        return watcher.messages();
    }

    /**
     * These settings with another reference policy.
     *
     * @param policy which names found inside images may be opened
     * @return new settings
     */
    public GraphSettings withReferences(ReferencePolicy policy) {
        return new GraphSettings(policy, probing, drivers, chainCollapse, secrets, purpose, watcher, objects);
    }

    /**
     * These settings with probing.
     *
     * @return new settings
     */
    public GraphSettings withProbing() {
        return new GraphSettings(references, true, drivers, chainCollapse, secrets, purpose, watcher, objects);
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
        return new GraphSettings(references, probing, more, chainCollapse, secrets, purpose, watcher, objects);
    }

    /**
     * These settings with every chain read layer by layer, as {@code chain-collapse=off} does for one.
     *
     * @return new settings
     */
    public GraphSettings withoutChainCollapse() {
        return new GraphSettings(references, probing, drivers, false, secrets, purpose, watcher, objects);
    }

    /**
     * These settings with other secrets.
     *
     * @param source where drivers find keys and passwords
     * @return new settings
     */
    public GraphSettings withSecrets(SecretSource source) {
        return new GraphSettings(references, probing, drivers, chainCollapse, source, purpose, watcher, objects);
    }

    /**
     * These settings with another purpose.
     *
     * @param what the images are opened for
     * @return new settings
     */
    public GraphSettings withPurpose(OpenPurpose what) {
        return new GraphSettings(references, probing, drivers, chainCollapse, secrets, what, watcher, objects);
    }

    /**
     * These settings with somebody who reads messages.
     *
     * @param reader receives lines that a person should read; called from any thread, also during requests
     * @return new settings
     */
    public GraphSettings withMessages(Consumer<String> reader) {
        return watchedBy(watcher.withMessages(reader));
    }

    /**
     * These settings with somebody who listens to what programs act on.
     *
     * @param listener receives reports; called from any thread, also during requests
     * @return new settings
     */
    public GraphSettings withReports(Consumer<NodeReport> listener) {
        return watchedBy(watcher.withReports(listener));
    }

    private GraphSettings watchedBy(GraphWatcher other) {
        return new GraphSettings(references, probing, drivers, chainCollapse, secrets, purpose, other, objects);
    }

    /**
     * These settings with an object more that nodes may share.
     *
     * @param object of an id that no other object here has
     * @return new settings
     */
    public GraphSettings withObject(SharedObject object) {
        List<SharedObject> more = new ArrayList<>(objects);
        more.add(object);
        return new GraphSettings(references, probing, drivers, chainCollapse, secrets, purpose, watcher, more);
    }
}
