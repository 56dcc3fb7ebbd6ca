// SPDX-License-Identifier: Apache-2.0
/** Disk graphs from OSGi's Configuration Admin. */
module dev.varve.osgi {
    requires transitive dev.varve.api;
    requires org.slf4j;
    requires static org.jspecify;
    requires static osgi.core;
    requires static org.osgi.service.cm;

    exports dev.varve.osgi;
}
