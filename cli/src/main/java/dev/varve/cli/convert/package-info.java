// SPDX-License-Identifier: Apache-2.0
/** Copying disks: what is to be copied, in pieces, by several threads, without the zeroes. */
@NullMarked
package dev.varve.cli.convert;

import org.jspecify.annotations.NullMarked;
