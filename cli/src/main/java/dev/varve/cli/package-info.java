// SPDX-License-Identifier: Apache-2.0
/** The command varve, and the drop-ins qemu-img and qemu-io: the entry point. */
@NullMarked
package dev.varve.cli;

import org.jspecify.annotations.NullMarked;
