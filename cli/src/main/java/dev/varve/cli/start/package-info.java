// SPDX-License-Identifier: Apache-2.0
/** What makes the programs start fast. */
@NullMarked
package dev.varve.cli.start;

import org.jspecify.annotations.NullMarked;
