// SPDX-License-Identifier: Apache-2.0
/**
 * Persistent dirty bitmaps ("Bitmaps").
 */
@NullMarked
package dev.varve.drivers.qcow2.bitmap;

import org.jspecify.annotations.NullMarked;
