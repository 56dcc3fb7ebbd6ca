// SPDX-License-Identifier: Apache-2.0
/** The rules for drivers, filters and protocols, as tests that a plugin author extends. */
module dev.varve.conformance {
    requires transitive dev.varve.api;
    requires transitive org.junit.jupiter.api;
    requires org.opentest4j;
    requires java.management;
    requires static org.jspecify;

    exports dev.varve.conformance;
    exports dev.varve.conformance.device;
    exports dev.varve.conformance.workload;
}
