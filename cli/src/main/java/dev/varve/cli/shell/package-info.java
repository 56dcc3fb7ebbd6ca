// SPDX-License-Identifier: Apache-2.0
/** Where commands run: names, streams, the block layer. */
@NullMarked
package dev.varve.cli.shell;

import org.jspecify.annotations.NullMarked;
