// SPDX-License-Identifier: Apache-2.0
/** The format {@code luks}: a disk encrypted as a whole. */
@NullMarked
package dev.varve.drivers.qcow2.luks;

import org.jspecify.annotations.NullMarked;
