// SPDX-License-Identifier: Apache-2.0
/** How clusters are compressed, and the clusters that were inflated last. */
@NullMarked
package dev.varve.drivers.qcow2.compression;

import org.jspecify.annotations.NullMarked;
