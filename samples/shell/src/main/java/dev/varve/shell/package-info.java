// SPDX-License-Identifier: Apache-2.0
/** Commands for the Gogo shell: {@code varve:graph}, {@code varve:nodes} and {@code varve:stats}. */
@NullMarked
package dev.varve.shell;

import org.jspecify.annotations.NullMarked;
