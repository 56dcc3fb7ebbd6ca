// SPDX-License-Identifier: Apache-2.0
/** The commands, one class each, and what they print. */
@NullMarked
package dev.varve.cli.command;

import org.jspecify.annotations.NullMarked;
