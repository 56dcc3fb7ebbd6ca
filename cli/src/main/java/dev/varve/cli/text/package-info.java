// SPDX-License-Identifier: Apache-2.0
/** Numbers, sizes, times and JSON as QEMU's tools print them. */
@NullMarked
package dev.varve.cli.text;

import org.jspecify.annotations.NullMarked;
