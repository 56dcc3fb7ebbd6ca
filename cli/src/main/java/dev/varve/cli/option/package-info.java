// SPDX-License-Identifier: Apache-2.0
/** Options of commands: declared once, parsed as getopt_long does, explained by the help text. */
@NullMarked
package dev.varve.cli.option;

import org.jspecify.annotations.NullMarked;
