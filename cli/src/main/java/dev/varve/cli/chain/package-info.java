// SPDX-License-Identifier: Apache-2.0
/** What the layers of a chain hold and cost. */
@NullMarked
package dev.varve.cli.chain;

import org.jspecify.annotations.NullMarked;
