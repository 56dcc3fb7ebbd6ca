// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

/** What a driver's nodes are. */
public enum NodeKind {
    /** Reaches storage: a file, a device, a network service. Has no children that hold its data. */
    PROTOCOL,
    /** Lays an image out in the data of a child. */
    FORMAT,
    /** Presents its one filtered child unchanged and does something on the way. */
    FILTER
}
