// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

/** The generations of the SPI's set of operations. A filter states the one it was written for. */
public enum SpiLevel {
    /** The operations of {@link BlockIo} in its first version. */
    V1_0,
    /** With {@link BlockIo#operations}. */
    V1_1
}
