// SPDX-License-Identifier: Apache-2.0
/** Disks as command lines name them: opening, cache modes, unfinished targets, the words of failures. */
@NullMarked
package dev.varve.cli.disk;

import org.jspecify.annotations.NullMarked;
