// SPDX-License-Identifier: Apache-2.0
/** Opens, replaces and closes the graphs that Configuration Admin tells of. */
@NullMarked
package dev.varve.osgi.configured;

import org.jspecify.annotations.NullMarked;
