// SPDX-License-Identifier: Apache-2.0
/**
 * Internal snapshots and machine state ("Snapshots").
 */
@NullMarked
package dev.varve.drivers.qcow2.snapshot;

import org.jspecify.annotations.NullMarked;
