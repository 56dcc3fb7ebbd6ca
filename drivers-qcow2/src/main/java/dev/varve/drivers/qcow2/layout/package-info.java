// SPDX-License-Identifier: Apache-2.0
/**
 * The qcow2 format's on-disk words as types, after docs/interop/qcow2.txt. Nothing here does I/O but
 * {@link dev.varve.drivers.qcow2.layout.HeaderReader}.
 */
@NullMarked
package dev.varve.drivers.qcow2.layout;

import org.jspecify.annotations.NullMarked;
