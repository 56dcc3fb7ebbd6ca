// SPDX-License-Identifier: Apache-2.0
/** The drivers that are there: found by name, added and removed while graphs are open. */
@NullMarked
package dev.varve.runtime.registry;

import org.jspecify.annotations.NullMarked;
