// SPDX-License-Identifier: Apache-2.0
/** The qcow2 format. */
@NullMarked
package dev.varve.drivers.qcow2;

import org.jspecify.annotations.NullMarked;
