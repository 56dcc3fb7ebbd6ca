// SPDX-License-Identifier: Apache-2.0
/** The filter {@code xor}: what a filter that changes content has to think of, and no more. */
@NullMarked
package dev.varve.plugin.xor;

import org.jspecify.annotations.NullMarked;
