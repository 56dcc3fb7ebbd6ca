// SPDX-License-Identifier: Apache-2.0
/** The protocol {@code memory}: a sparse disk on the Java heap. */
package dev.varve.drivers.raw.memory;
