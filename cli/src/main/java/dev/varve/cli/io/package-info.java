// SPDX-License-Identifier: Apache-2.0
/** The commands of qemu-io: reading, writing and questioning a disk by hand. */
@NullMarked
package dev.varve.cli.io;

import org.jspecify.annotations.NullMarked;
