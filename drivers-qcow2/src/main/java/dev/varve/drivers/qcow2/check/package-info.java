// SPDX-License-Identifier: Apache-2.0
/** The read-only check of an image's refcounts and tables. */
@NullMarked
package dev.varve.drivers.qcow2.check;

import org.jspecify.annotations.NullMarked;
