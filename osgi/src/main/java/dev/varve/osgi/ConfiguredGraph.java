// SPDX-License-Identifier: Apache-2.0
package dev.varve.osgi;

import java.util.List;

/**
 * A disk graph that Configuration Admin holds, open or not: a service for each configuration of the factory
 * {@value #FACTORY_PID}. The service is modified with each report, and has the name, the state and the report as
 * properties. Thread-safe.
 */
public interface ConfiguredGraph {
    /** The factory whose configurations are disk graphs. */
    String FACTORY_PID = "dev.varve.graph";
    /** The service property that holds the graph's name, here and at the graph and its disks. */
    String NAME_PROPERTY = "varve.graph";
    /** The service property that holds a disk's node-name. */
    String DISK_PROPERTY = "varve.disk";
    /** The service property that tells whether a disk is read-only. */
    String READ_ONLY_PROPERTY = "varve.read-only";
    /** The service property that holds the {@link State} in lower case. */
    String STATE_PROPERTY = "varve.state";
    /** The service property that holds the report. */
    String REPORT_PROPERTY = "varve.report";
    /** The property of a {@code ReferencePolicy} service that is for the graphs that name it. */
    String POLICY_PROPERTY = "varve.policy";

    /**
     * The graph's name.
     *
     * @return as configured, or the last part of the configuration's PID
     */
    String name();

    /**
     * How it stands.
     *
     * @return as it is now
     */
    State state();

    /**
     * The last thing that happened to it, for a person.
     *
     * @return one line
     */
    String report();

    /**
     * Its disks.
     *
     * @return node-names; empty unless it is open
     */
    List<String> disks();

    /** How a configured graph stands. */
    enum State {
        /** Its disks can be used. */
        OPEN,
        /** It opens as soon as something comes that it needs: the report names it. */
        WAITING,
        /** It could not be opened; it is tried again when its configuration, the drivers or the policies change. */
        FAILED
    }
}
