// SPDX-License-Identifier: Apache-2.0
/** What drivers declare of their options, printed for people, programs and editors. */
@NullMarked
package dev.varve.cli.manual;

import org.jspecify.annotations.NullMarked;
