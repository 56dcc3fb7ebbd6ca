// SPDX-License-Identifier: Apache-2.0
/** Running many requests against a disk and measuring them. */
@NullMarked
package dev.varve.cli.bench;

import org.jspecify.annotations.NullMarked;
