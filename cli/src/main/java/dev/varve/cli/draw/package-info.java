// SPDX-License-Identifier: Apache-2.0
/** Pictures of graphs: as text, JSON, DOT and SVG. */
@NullMarked
package dev.varve.cli.draw;

import org.jspecify.annotations.NullMarked;
